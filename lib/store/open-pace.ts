import { existsSync } from 'node:fs';
import type { Kysely } from 'kysely';
import { databaseVersion } from './migrate.js';
import type { OpenDatabase } from './open-database.js';
import type { DatabaseOwner } from './owner.js';
import { readSqlite } from './read-sqlite.js';
import { hasTable } from './schema-change.js';
import type { ServerDatabase } from './server-database.js';
import { openSqlite } from './sqlite.js';
import { faultOf } from './sqlite-errors.js';
import { type PaceTables, readPace, type StoredPace, writePace } from './tables/account-pace.js';

/** What the processes of accounts share of their pace, in the database that they share. */
export interface OpenPace {
  /** Undefined while nobody has ever written anything into the database. */
  read(accountId: number): Promise<PaceRead | undefined>;
  /** Opens the database for `write`, and makes it if it is missing, unless its user only looks. */
  prepare(): Promise<void>;
  /** See writePace. Where nothing may be made, what is written counts as written, and reaches nobody. */
  write(accountId: number, row: StoredPace): Promise<boolean>;
  close(): Promise<void>;
}

type PaceRead = Awaited<ReturnType<typeof readPace>>;

export interface PaceOptions {
  /** Absent: the file at `path`. */
  readonly database?: ServerDatabase | undefined;
  readonly path: string;
  readonly owner: DatabaseOwner;
  /** A database that hasn't the tables of this version stays as it is. */
  readonly looks?: boolean;
  /** Resolves after this many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** How long a write waits for a lock of the file, and how long it pauses between two tries, in milliseconds. */
const LONGEST_BUSY_MS = 2_000;
const PAUSE_MS = 5;

/**
 * It is opened when it is first used: for reading as it is found, for writing over a connection of its own. None of its writes
 * needs a transaction, and a file that is locked isn't waited for: the lock may be that of this process.
 */
export function openPace({ database, path, owner, looks = false, pause }: PaceOptions): OpenPace {
  // A database that was cut off is copied for reading, and may be large: its next run repairs it.
  const isReadable = (): boolean =>
    existsSync(path) && !(existsSync(`${path}-wal`) && !existsSync(`${path}-shm`));
  const readFile = <T>(work: (db: Kysely<PaceTables>) => Promise<T>): Promise<T | undefined> =>
    readSqlite<PaceTables, T>({ path, owner, purpose: 'look-before-writing' }, work);
  const isPresent = async (): Promise<boolean> =>
    isReadable() && (await readFile((db) => versionOf(db, owner))) === owner.migrations.length;
  const make = async (): Promise<OpenDatabase<PaceTables> | undefined> => {
    if (database) return looks ? database.openPresent(owner) : database.open(owner);
    return !looks || (await isPresent()) ? openSqlite<PaceTables>(path, owner, { busyMs: 0 }) : undefined;
  };
  let opening: Promise<OpenDatabase<PaceTables> | undefined> | undefined;
  const open = (): Promise<OpenDatabase<PaceTables> | undefined> => {
    opening ??= make().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const unlessBusy = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
      try {
        return await work();
      } catch (error) {
        if (faultOf(error instanceof Error ? error.cause : error) !== 'busy' || waitedMs >= LONGEST_BUSY_MS)
          throw error;
        await pause(PAUSE_MS);
      }
    }
  };
  return {
    async read(accountId) {
      const opened = opening && (await unlessBusy(open));
      if (opened) return unlessBusy(() => readPace(opened.db, accountId));
      const work = async (db: Kysely<PaceTables>): Promise<PaceRead | undefined> =>
        (await hasTable(db as unknown as Kysely<unknown>, 'account_pace'))
          ? readPace(db, accountId)
          : undefined;
      if (database) return database.read<PaceTables, PaceRead | undefined>(owner, work);
      return isReadable() ? readFile(work) : undefined;
    },
    async prepare() {
      await unlessBusy(open);
    },
    write: (accountId, row) =>
      unlessBusy(async () => {
        const opened = await open();
        return opened ? writePace(opened.db, accountId, row) : true;
      }),
    async close() {
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await Promise.all([opened?.close(), database?.close()]);
    },
  };
}

function versionOf(db: Kysely<PaceTables>, { migrations }: DatabaseOwner): Promise<number> {
  return databaseVersion(db as unknown as Kysely<unknown>, migrations, () => undefined);
}
