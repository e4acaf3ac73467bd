import { setFlagsFromString } from 'node:v8';
import { UsageError } from '../../base/errors.js';
import type { CommandContext } from '../command.js';
import { importFromUtilities } from '../import/from-utilities.js';
import { importPaths } from '../import/paths.js';

/** `telepi import`: takes over what another program has recorded. Each source has a module of its own. */
export async function importCommand(context: CommandContext): Promise<number> {
  const from = context.flags['from-utilities'];
  if (from !== undefined && context.words.length > 0) {
    throw new UsageError(
      'USAGE',
      'Import either files or the database of --from-utilities, one after the other.',
    );
  }
  if (from !== undefined) return importFromUtilities(context, String(from));
  if (context.words.length > 0) {
    // The reader leaves much behind that is short-lived: without this, V8 lets a third of the process be garbage, and gains no time.
    setFlagsFromString('--heap-growing-percent=20');
    return importPaths(context);
  }
  throw new UsageError(
    'USAGE',
    'Say what to import: the folder of an export of Telegram Desktop, its result.json, or --from-utilities my.json.',
  );
}
