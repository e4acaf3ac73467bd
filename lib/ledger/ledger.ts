import { join } from 'node:path';
import type { Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import type { DatabaseOwner } from '../store/owner.js';
import { type ReadPurpose, readSqlite } from '../store/read-sqlite.js';
import { openSqlite, type SqliteDatabase } from '../store/sqlite.js';
import { damagedLedger, ledgerError } from './ledger-errors.js';
import { MIGRATIONS } from './migrations.js';
import type { LedgerTables } from './schema.js';

/** The ledger of a data directory: the progress of every job in it. */
export const LEDGER_FILE = 'ledger.db';

export type Ledger = SqliteDatabase<LedgerTables>;

/** How a ledger is recognised, and the errors about one that can't be used. */
export const LEDGER: DatabaseOwner = {
  /** "TePi". */
  applicationId: 0x54_65_50_69,
  // Every ledger has had these tables since the first version, which bore no mark.
  firstTables: ['schema_version', 'jobs', 'messages'],
  migrations: MIGRATIONS,
  errors: { translate: ledgerError, damaged: damagedLedger, foreign, newer },
};

/**
 * Opens a data directory's ledger, creates it if it is missing, and brings its tables to this version: see openSqlite.
 *
 * Throws a UsageError for a ledger that is damaged (STATE_DAMAGED) or of a newer TelePi (LEDGER_NEWER), for another
 * program's database (LEDGER_FOREIGN), which is left as it is, and for something other than a file (NOT_A_FILE);
 * STATE_UNWRITABLE for a ledger that can't be written.
 */
export function openLedger(dataDir: string): Promise<Ledger> {
  return openSqlite<LedgerTables>(join(dataDir, LEDGER_FILE), LEDGER);
}

/**
 * Lets `work` read a data directory's ledger, and returns its result: see readSqlite. Throws the same errors as
 * openLedger.
 */
export function readLedger<T>(
  dataDir: string,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
  purpose: ReadPurpose = 'look',
): Promise<T | undefined> {
  return readSqlite({ path: join(dataDir, LEDGER_FILE), owner: LEDGER, purpose }, work);
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
