import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import { leftJournals, newJournal, type WaitingRows } from './journal/journal-folder.js';
import { type JournalEvents, JournalledWriter } from './journal/journalled-writer.js';
import type { LaterDatabase } from './open-database.js';
import type { DatabaseOwner } from './owner.js';
import type { ServerDatabase } from './server-database.js';
import { openSqlite } from './sqlite.js';
import { keepingWriter, type StoreWriter, storeWriter } from './store-writer.js';
import type { StoreTables } from './tables/schema.js';
import { WriterLease } from './tables/writer-lease.js';

/** The archive's tables, for commands that continue without their server. */
export interface OpenStore {
  /**
   * For reads. While a server is out of reach they throw at once: see isOutOfReach. Only `writer` writes, or who asks its `keep` first; what it writes
   * meanwhile isn't seen here before the server is back.
   */
  readonly db: Kysely<StoreTables>;
  readonly writer: StoreWriter;
  /** Writes out what waits if the server is back, and closes the database. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly dataDir: string;
  /** Absent: the file at `path`. */
  readonly database?: ServerDatabase | undefined;
  readonly path: string;
  readonly owner: DatabaseOwner;
  /** Looks at a server's tables before anybody else does, and may refuse them. */
  readonly check: (db: Kysely<StoreTables>) => Promise<void>;
  /** The machine's name, at most 255 characters. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: JournalEvents;
  /** Ends the writing of rows that have waited, between two of them: they wait for the next start. */
  readonly signal?: AbortSignal | undefined;
  /** Rows that wait in the data directory for another database stay there. */
  readonly onOthers?: (others: readonly WaitingRows[]) => void;
}

/**
 * Opens the archive, and holds a WriterLease until it is closed. A server that is out of reach doesn't matter: rows are kept in the data directory until it is back,
 * and rows that an earlier process has kept are written first of all. Throws what is wrong with the database otherwise:
 * see openSqlite and ServerDatabase; STATE_DAMAGED for kept rows that can't be read.
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { dataDir, database, owner, check, host, clock, random, events, onOthers } = options;
  if (!database) {
    const { others } = await leftJournals(dataDir, undefined);
    if (others.length > 0) onOthers?.(others);
    return openFile(options);
  }
  const of = { key: database.key, name: database.name };
  const lease = new WriterLease({ path: database.name, host, clock, random });
  // Known once it is open; nobody renews a lease before.
  let open: LaterDatabase<StoreTables> | undefined;
  const later = await database.openLater<StoreTables>(owner, async (db) => {
    await check(db);
    await lease.begin(db, open?.always);
  });
  open = later;
  try {
    const { ours, others } = await leftJournals(dataDir, database.key);
    if (others.length > 0) onOthers?.(others);
    const writer = await JournalledWriter.open({
      database: {
        path: later.path,
        always: later.always,
        ready: () => later.ready(),
        refuse: (error) => later.refuse(error),
        keep: () => lease.keep(later.always),
      },
      left: ours,
      newJournal: () => newJournal(dataDir, of, { now: clock.now(), random }),
      host,
      clock,
      events,
      signal: options.signal,
    });
    return {
      db: later.db,
      writer,
      async close() {
        await writer.close();
        await lease.release(later.db);
        await later.close();
      },
    };
  } catch (error) {
    await lease.release(later.db);
    await later.close();
    throw error;
  }
}

async function openFile({ path, owner, host, clock, random }: StoreOptions): Promise<OpenStore> {
  const { db, close } = await openSqlite<StoreTables>(path, owner);
  const lease = new WriterLease({ path, host, clock, random });
  try {
    await lease.begin(db);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    db,
    writer: keepingWriter(storeWriter(db, { host, clock }), () => lease.keep()),
    async close() {
      await lease.release();
      await close();
    },
  };
}
