import { join } from 'node:path';
import { LEDGER_FILE } from '../ledger/ledger-file.js';
import type { Settings } from '../settings/settings.js';
import { openPace } from '../store/open-pace.js';
import { serverDatabase } from '../store/server-database.js';
import type { CommandContext } from './command.js';
import { DATABASE_OWNER } from './database-owner.js';

/** A wait that Telegram has asked of an account, and that all its processes keep. */
export interface SharedWait {
  /** Which calls wait: see gateOf. */
  readonly gate: string;
  /** In milliseconds since the epoch, by this machine's clock. */
  readonly until: number;
  /** Telegram's words: `FLOOD_WAIT_1800`; undefined if they aren't known. */
  readonly reason: string | undefined;
  /** The machine that met it. */
  readonly host: string;
}

/**
 * The waits of these accounts that aren't over, by account. Only reads, and makes nothing; throws the errors of the database.
 */
export async function sharedWaits(
  { clock }: Pick<CommandContext, 'clock'>,
  { dataDir, database }: Pick<Settings, 'dataDir' | 'database'>,
  accounts: ReadonlySet<number>,
): Promise<ReadonlyMap<number, readonly SharedWait[]>> {
  const pace = openPace({
    database: database && serverDatabase(database),
    path: join(dataDir, LEDGER_FILE),
    owner: DATABASE_OWNER,
    looks: true,
    pause: (ms) => clock.sleep(ms),
  });
  const waits = new Map<number, readonly SharedWait[]>();
  try {
    for (const account of accounts) {
      const { now = 0, rows = [] } = (await pace.read(account)) ?? {};
      const open = rows.flatMap(({ gate, openAt = 0, reason, host }) =>
        // The time left is by the database's clock, which this machine's may not agree with.
        openAt > now ? [{ gate, until: clock.now() + openAt - now, reason, host }] : [],
      );
      waits.set(account, open);
    }
  } finally {
    await pace.close();
  }
  return waits;
}
