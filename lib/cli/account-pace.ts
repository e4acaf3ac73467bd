import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LEDGER_FILE } from '../ledger/ledger-file.js';
import type { PaceTable } from '../pace/pace-table.js';
import { SharedPace } from '../pace/shared-pace.js';
import type { Settings } from '../settings/settings.js';
import type { OpenPace } from '../store/open-pace.js';
import type { SessionStore } from '../telegram/session-store.js';
import { keyIdOf } from '../telegram/session-string.js';
import type { CommandContext } from './command.js';
import { keepAccount, knownOf } from './known.js';

/** How an account's processes share its pace, as long as one connection of this command lasts. */
export interface AccountPace {
  readonly shared: SharedPace;
  /** May be called more than once. */
  readonly close: () => Promise<void>;
}

/**
 * What the processes of an account share goes through the store. The database is opened when there is something in it, or for it;
 * `looks`: unless it would have to be made or changed for that.
 */
export async function accountPace(
  { clock, random, log }: CommandContext,
  { dataDir, database }: Pick<Settings, 'dataDir' | 'database'>,
  session: SessionStore,
  looks = false,
): Promise<AccountPace> {
  const path = join(dataDir, LEDGER_FILE);
  let opening: Promise<OpenPace> | undefined;
  const open = (): Promise<OpenPace> => {
    opening ??= (async () => {
      const [{ openPace }, { serverDatabase }, { DATABASE_OWNER }] = await Promise.all([
        import('../store/open-pace.js'),
        import('../store/server-database.js'),
        import('./database-owner.js'),
      ]);
      return openPace({
        database: database && serverDatabase(database),
        path,
        owner: DATABASE_OWNER,
        looks,
        pause: (ms) => clock.sleep(ms),
      });
    })();
    return opening;
  };
  const table: PaceTable = {
    async read(accountId) {
      return database || existsSync(path) ? (await open()).read(accountId) : undefined;
    },
    prepare: async () => (await open()).prepare(),
    write: async (accountId, row) => (await open()).write(accountId, row),
  };
  const { accountId } = await knownOf(dataDir, session, log);
  const shared = new SharedPace({
    table,
    host: hostname(),
    clock,
    random,
    log,
    accountId,
    async onWait(id) {
      // So that the next command of this session knows at once which waits are its own.
      const text = await session.load();
      if (text !== undefined) await keepAccount(dataDir, keyIdOf(text), id, log);
    },
  });
  return {
    shared,
    async close() {
      await shared.close();
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.close();
    },
  };
}
