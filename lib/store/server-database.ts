import type { Kysely, Transaction } from 'kysely';
import { type DatabaseAddress, databaseKey, databaseWords } from '../base/database-address.js';
import type { LaterDatabase, OpenDatabase } from './open-database.js';
import type { DatabaseOwner } from './owner.js';
import type { Patience } from './server/outage.js';

/** The door to a database on a server (DATABASE_URL). The server's package is loaded when it is first used. */
export interface ServerDatabase {
  /** What people call it. */
  readonly name: string;
  /** Equal for one database, whatever the user and the password are. */
  readonly key: string;
  /**
   * Opens it, and brings its tables to this version: see migrate. Throws DATABASE_UNREACHABLE unless it is patient,
   * DATABASE_PASSWORD, DATABASE_MISSING, DATABASE_DENIED, DATABASE_TLS, DATABASE_TOO_OLD, DATABASE_FOREIGN and
   * LEDGER_NEWER. When `signal` aborts, then or later, its connection ends at once, and what waits for it fails.
   */
  open<Tables>(
    owner: DatabaseOwner,
    patience?: Patience,
    signal?: AbortSignal,
  ): Promise<OpenDatabase<Tables>>;
  /** The same without a change of its tables: undefined when it hasn't those of this version. */
  openPresent<Tables>(owner: DatabaseOwner, signal?: AbortSignal): Promise<OpenDatabase<Tables> | undefined>;
  /**
   * Opens it without its server, which is connected to when it is first used. `check` looks at the tables before anybody
   * else does, and may refuse them. Its uses throw what `open` throws.
   */
  openLater<Tables>(
    owner: DatabaseOwner,
    check: (db: Kysely<Tables>) => Promise<void>,
  ): Promise<LaterDatabase<Tables>>;
  /**
   * Lets `work` read it as it is at one moment, and returns its result; undefined when it has no tables yet. Writes
   * nothing. Throws the same errors as `open`.
   */
  read<Tables, T>(
    owner: DatabaseOwner,
    work: (db: Transaction<Tables>) => Promise<T>,
  ): Promise<T | undefined>;
  /** Closes the connection that reads. */
  close(): Promise<void>;
}

/** `patience`: for a database that is opened or read without one. Default: none. */
export function serverDatabase(address: DatabaseAddress, patience?: Patience): ServerDatabase {
  let reader: Promise<import('./server/open-server.js').ServerReader> | undefined;
  const load = () => import('./server/open-server.js');
  return {
    name: databaseWords(address),
    key: databaseKey(address),
    async open(owner, own = patience, signal = undefined) {
      return (await load()).openServer(address, owner, own, signal);
    },
    async openPresent(owner, signal) {
      return (await load()).openPresentServer(address, owner, signal);
    },
    async openLater(owner, check) {
      return (await load()).openServerLater(address, owner, check);
    },
    async read(owner, work) {
      reader ??= load().then(({ ServerReader }) => new ServerReader(address, patience));
      return (await reader).read(owner, work);
    },
    async close() {
      const open = await reader;
      reader = undefined;
      await open?.close();
    },
  };
}

/**
 * Lets `work` read another program's database as it is at one moment, and returns its result. Nothing is written, and the
 * server would refuse it. `work` may be run again from its beginning. Throws the same errors as ServerDatabase.
 */
export async function readForeign<Tables, T>(
  address: DatabaseAddress,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  return (await import('./server/open-server.js')).readForeign(address, work);
}
