import type { LedgerPlace } from '../ledger/ledger.js';
import type { Settings } from '../settings/settings.js';
import { serverDatabase } from '../store/server-database.js';
import type { CommandContext } from './command.js';
import { DATABASE_OWNER } from './database-owner.js';
import { formatDuration } from './progress/words.js';

/**
 * Where the settings say that the ledger is. `patient`: a server that is out of reach is waited for, and said once; for a
 * command that sends. What it opens for reading is closed when the command ends.
 */
export function ledgerPlace(
  context: CommandContext,
  { dataDir, database }: Pick<Settings, 'dataDir' | 'database'>,
  patient = false,
): LedgerPlace {
  if (!database) return { dataDir, owner: DATABASE_OWNER };
  const { clock, signal, output, log } = context;
  const door = serverDatabase(
    database,
    patient
      ? {
          clock,
          signal,
          onOutage({ name, reason }) {
            log.warn('database_out_of_reach', { database: name, reason });
            output.note(
              `${name} is out of reach, ${reason}: nothing is sent until it is back, and TelePi keeps trying.`,
            );
          },
          onBack({ name, ms }) {
            log.info('database_back', { database: name, ms: Math.round(ms) });
            output.note(`${name} answers again after ${formatDuration(ms / 1000)}: the run continues.`);
          },
        }
      : undefined,
  );
  context.atEnd(() => door.close());
  return { dataDir, database: door, owner: DATABASE_OWNER };
}
