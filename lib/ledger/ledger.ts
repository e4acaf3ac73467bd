import { join } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import type { OpenDatabase } from '../store/open-database.js';
import type { DatabaseOwner } from '../store/owner.js';
import { type ReadPurpose, readSqlite } from '../store/read-sqlite.js';
import type { ServerDatabase } from '../store/server-database.js';
import { openSqlite } from '../store/sqlite.js';
import { WriterLease, type WriterLeaseOptions } from '../store/tables/writer-lease.js';
import { damagedLedger, ledgerError } from './ledger-errors.js';
import { LEDGER_FILE } from './ledger-file.js';
import type { LedgerTables } from './schema.js';
import { refuseUnmoved } from './unmoved.js';
import { FORMER_NAMES } from './version-13.js';

export type Ledger = OpenDatabase<LedgerTables>;

/** Where a ledger is: in the data directory's file, or on a server. The folders of jobs are in the data directory. */
export interface LedgerPlace {
  readonly dataDir: string;
  /** Absent: the file. */
  readonly database?: ServerDatabase | undefined;
  /** The database's tables, those of other rooms among them. */
  readonly owner: DatabaseOwner;
}

/** How a database with a ledger in it is recognised, and the errors about one that can't be used. */
export function ledgerOwner(tables: Pick<DatabaseOwner, 'migrations' | 'serverTables'>): DatabaseOwner {
  return {
    /** "TePi". */
    applicationId: 0x54_65_50_69,
    // Every ledger has had these tables since the first version, which bore no mark.
    firstTables: ['schema_version', 'jobs', 'messages'],
    formerNames: { before: 13, names: FORMER_NAMES },
    errors: { translate: ledgerError, damaged: damagedLedger, foreign, newer },
    ...tables,
  };
}

/**
 * Opens a ledger, creates it if it is missing, and brings its tables to this version: see openSqlite and ServerDatabase.
 * A server's ledger is refused (STORE_NOT_MOVED) while the data directory's file has jobs that it lacks.
 *
 * Throws a UsageError for a ledger that is damaged (STATE_DAMAGED) or of a newer TelePi (LEDGER_NEWER), for another
 * program's database (LEDGER_FOREIGN), which is left as it is, and for something other than a file (NOT_A_FILE);
 * STATE_UNWRITABLE for a ledger that can't be written.
 */
export async function openLedger({ dataDir, database, owner }: LedgerPlace): Promise<Ledger> {
  const path = join(dataDir, LEDGER_FILE);
  if (!database) return openSqlite<LedgerTables>(path, owner);
  const ledger = await database.open<LedgerTables>(owner);
  try {
    await refuseUnmoved({ path, owner }, ledger);
    return ledger;
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

export interface LeasedLedger extends Ledger {
  /** Called before each transaction that writes. @throws UsageError STORE_MOVED, STORE_HALF_MOVED */
  keep(): Promise<void>;
}

/**
 * The same for a command that writes without a job's lock: until it closes the ledger it holds a WriterLease.
 */
export async function openLeasedLedger(
  place: LedgerPlace,
  by: Omit<WriterLeaseOptions, 'path'>,
): Promise<LeasedLedger> {
  const ledger = await openLedger(place);
  const lease = new WriterLease({ ...by, path: ledger.path });
  try {
    await lease.begin(ledger.db);
  } catch (error) {
    await ledger.close();
    throw error;
  }
  return {
    ...ledger,
    keep: () => lease.keep(),
    async close() {
      await lease.release();
      await ledger.close();
    },
  };
}

/**
 * For whoever opens a server's database by its other tables: refuses it (STORE_NOT_MOVED) as openLedger does.
 */
export async function refuseUnmovedLedger<Tables>(
  { dataDir, database, owner }: LedgerPlace,
  db: Kysely<Tables>,
): Promise<void> {
  if (!database) return;
  const path = join(dataDir, LEDGER_FILE);
  // One database has the tables of all rooms.
  const ledger = db as unknown as Kysely<LedgerTables>;
  await refuseUnmoved({ path, owner }, { path: database.name, db: ledger });
}

/**
 * Lets `work` read a ledger, and returns its result: see readSqlite and ServerDatabase. Throws the same errors as
 * openLedger.
 */
export async function readLedger<T>(
  { dataDir, database, owner }: LedgerPlace,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
  purpose: ReadPurpose = 'look',
): Promise<T | undefined> {
  const path = join(dataDir, LEDGER_FILE);
  if (!database) return readSqlite({ path, owner, purpose }, work);
  const local = { path, owner };
  let isThere = false;
  const answer = await database.read<LedgerTables, T>(owner, async (db) => {
    isThere = true;
    await refuseUnmoved(local, { path: database.name, db });
    return work(db);
  });
  if (!isThere) await refuseUnmoved(local, { path: database.name });
  return answer;
}

function foreign(path: string): UsageError {
  return new UsageError(
    'LEDGER_FOREIGN',
    `${path} is a database of another program. TelePi leaves it alone: choose another --data-dir.`,
    { fields: { path } },
  );
}

function newer(path: string, version: number, known: number): UsageError {
  return new UsageError(
    'LEDGER_NEWER',
    `${path} was written by a newer TelePi (its tables have version ${version}, and this TelePi knows up to ${known}): use that one, ` +
      'or choose another --data-dir.',
    { fields: { path, version } },
  );
}
