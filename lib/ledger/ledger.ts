import { join } from 'node:path';
import { Kysely } from 'kysely';
import Libsql from 'libsql';
import { refuseBrokenPages } from './integrity.js';
import { ledgerError, refuseOddLedger } from './ledger-errors.js';
import { isLedger, markLedger } from './ledger-identity.js';
import { libsqlDialect } from './libsql-dialect.js';
import { migrate } from './migrations.js';
import { createPrivate } from './private-file.js';
import type { LedgerTables } from './schema.js';

/** The ledger of a data directory: what every job of it has done. */
export const LEDGER_FILE = 'ledger.db';

export interface Ledger {
  readonly path: string;
  readonly db: Kysely<LedgerTables>;
  /** What was found: a ledger; no file (`missing`); or one with nothing in it (`empty`). */
  readonly found: 'ledger' | 'missing' | 'empty';
  /** Writes what is in the -wal file into the database, and lets go of it. */
  close(): Promise<void>;
}

/** How long a write waits for another run's, which is over in a few milliseconds. Everything waits meanwhile. */
const BUSY_MS = 10_000;

/**
 * Opens a data directory's ledger, makes it when it's new, and brings its tables to this version. SQLite in WAL mode
 * with synchronous FULL: when a write's promise resolves, it survives a loss of power; readers (telepi status) and
 * several runs get along. The directory must be on a disk of this machine: WAL doesn't work over a network.
 *
 * Throws a UsageError for one that is damaged (STATE_DAMAGED), of a newer TelePi (LEDGER_NEWER) or another program's
 * database (LEDGER_FOREIGN, which is left as it is), or for what is no file (NOT_A_FILE), and STATE_UNWRITABLE for one that can't be written.
 */
export async function openLedger(dataDir: string): Promise<Ledger> {
  const path = join(dataDir, LEDGER_FILE);
  refuseOddLedger(path);
  const isNew = createPrivate(path);
  const { database, isEmpty } = connect(path);
  const found = isEmpty ? 'empty' : 'ledger';
  const db = new Kysely<LedgerTables>({
    dialect: libsqlDialect(database, (error) => ledgerError(error, path)),
  });
  try {
    await migrate(db as unknown as Kysely<unknown>, path);
    markLedger(database);
  } catch (error) {
    await db.destroy();
    throw ledgerError(error, path);
  }
  return {
    path,
    db,
    found: isNew ? 'missing' : found,
    async close() {
      try {
        if (database.open) database.exec('pragma wal_checkpoint(truncate)');
      } catch {
        // Another process reads: the -wal file stays, and whoever opens it next goes on with it.
      }
      await db.destroy();
    },
  };
}

function connect(path: string): { readonly database: Libsql.Database; readonly isEmpty: boolean } {
  let database: Libsql.Database | undefined;
  try {
    database = new Libsql(path);
    // First of all: it starts at 0.
    database.exec(`pragma busy_timeout = ${BUSY_MS}`);
    // Before anything is written into it.
    const isEmpty = !isLedger(database, path);
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = full');
    database.exec('pragma foreign_keys = on');
    // Integers of 64 bits as bigint, or they lose digits.
    database.defaultSafeIntegers(true);
    refuseBrokenPages(database, path);
    return { database, isEmpty };
  } catch (error) {
    database?.close();
    throw ledgerError(error, path);
  }
}
