import { linkAbort } from '../base/abort.js';
import type { LedgerPlace } from '../ledger/ledger.js';
import type { Settings } from '../settings/settings.js';
import { type ServerDatabase, serverDatabase } from '../store/server-database.js';
import type { CommandContext } from './command.js';
import { DATABASE_OWNER } from './database-owner.js';
import { writeRowsLeft } from './left-rows.js';
import { formatDuration } from './progress/words.js';
import { sayOthers } from './waiting-rows.js';

/** Where a command's ledger is. */
export interface CommandPlace extends LedgerPlace {
  /** From now on nobody waits for a server that is out of reach: the command fails for another reason. */
  readonly stopWaiting?: () => void;
}

/**
 * Where the settings say that the ledger is. `patient`: a server that is out of reach is waited for, and said once; for a
 * command that sends. What it opens for reading is closed when the command ends.
 */
export function ledgerPlace(
  context: CommandContext,
  { dataDir, database }: Pick<Settings, 'dataDir' | 'database'>,
  patient = false,
): CommandPlace {
  if (!database) return { dataDir, owner: DATABASE_OWNER };
  const { clock, output, log } = context;
  const { signal, abort, release } = linkAbort(context.signal);
  const door = serverDatabase(
    database,
    patient
      ? {
          clock,
          signal,
          onOutage({ name, reason, trouble }) {
            log.warn('database_out_of_reach', { database: name, reason });
            output.note(`${name} ${trouble}: nothing is sent until it is back, and TelePi keeps trying.`);
          },
          onBack({ name, ms }) {
            log.info('database_back', { database: name, ms: Math.round(ms) });
            output.note(`${name} answers again after ${formatDuration(ms / 1000)}: the run continues.`);
          },
        }
      : undefined,
  );
  context.atEnd(async () => {
    release();
    await door.close();
  });
  return {
    dataDir,
    database: writingFirst(context, dataDir, door),
    owner: DATABASE_OWNER,
    stopWaiting: () => abort(new Error('The command fails for another reason.')),
  };
}

/** Whoever opens the database to write begins with the rows that an earlier process has kept for it: see openArchive. */
function writingFirst(context: CommandContext, dataDir: string, door: ServerDatabase): ServerDatabase {
  return {
    ...door,
    async open<Tables>(...[owner, patience]: Parameters<ServerDatabase['open']>) {
      const open = await door.open<Tables>(owner, patience);
      try {
        sayOthers(context, await writeRowsLeft(context, { dataDir, door, db: open.db }));
        return open;
      } catch (error) {
        await open.close();
        throw error;
      }
    },
  };
}
