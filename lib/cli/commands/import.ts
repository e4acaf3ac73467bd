import { UsageError } from '../../base/errors.js';
import type { CommandContext } from '../command.js';
import { importFromUtilities } from '../import/from-utilities.js';

/** `telepi import`: takes over what another program has recorded. Each flag that names one has a module of its own. */
export async function importCommand(context: CommandContext): Promise<number> {
  const from = context.flags['from-utilities'];
  if (from !== undefined) return importFromUtilities(context, String(from));
  throw new UsageError(
    'USAGE',
    'Say what to import: telepi import --from-utilities my.json takes over the database of Telegram Utilities.',
  );
}
