import { statSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, type Transaction } from 'kysely';
import Libsql from 'libsql';
import { UsageError } from '../base/errors.js';
import { LEDGER_FILE } from './ledger.js';
import { ledgerError, reading, refuseOddLedger } from './ledger-errors.js';
import { isLedger } from './ledger-identity.js';
import { libsqlDialect } from './libsql-dialect.js';
import { ledgerVersion } from './migrations.js';
import type { LedgerTables } from './schema.js';

/** Waits for a checkpoint of the -wal file, which holds readers off for a moment. */
const BUSY_MS = 5_000;
/** So often is it read because a run began or ended meanwhile, and its -wal and -shm files came or went. */
const MOST_TRIES = 5;

/** `look-before-writing`: this process opens the ledger afterwards; then the -shm file's times may change. */
export type ReadPurpose = 'look' | 'look-before-writing';

/**
 * Lets `work` read a data directory's ledger as it is at one moment, while a run goes on or not, and answers what it
 * does; undefined where there is none yet (no file, or an empty one). Nothing in the directory is written, made or
 * removed, so that the directory may be read-only: no table is migrated (one of an older TelePi lacks columns, which
 * read as absent), and nothing is checked but what is read.
 *
 * Errors as openLedger's: LEDGER_NEWER, LEDGER_FOREIGN, STATE_DAMAGED, NOT_A_FILE.
 */
export async function readLedger<T>(
  dataDir: string,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
  purpose: ReadPurpose = 'look',
): Promise<T | undefined> {
  const path = join(dataDir, LEDGER_FILE);
  refuseOddLedger(path);
  for (let tries = 1; (sizeOf(path) ?? 0) > 0; tries += 1) {
    const use = useOf(path);
    try {
      const answer =
        use === 'cut-off' ? await readCopy(path, work) : await readOnce(path, URIS[purpose][use], work);
      if (use !== 'none' || useOf(path) === 'none' || tries === MOST_TRIES) return answer;
    } catch (error) {
      if (error instanceof UsageError || tries === MOST_TRIES) throw error;
    }
  }
  return undefined;
}

/**
 * Whether somebody has it open, or was killed while it was: what is in the -wal file belongs to it. `cut-off`: as of
 * somebody, but the -shm file is missing, which SQLite would make.
 */
function useOf(path: string): 'none' | 'somebody' | 'cut-off' {
  const wal = sizeOf(`${path}-wal`);
  if (wal === undefined) return 'none';
  if (sizeOf(`${path}-shm`) !== undefined) return 'somebody';
  return wal > 0 ? 'cut-off' : 'none';
}

/** In bytes; undefined for a file that isn't there. Only asked, never opened: see createPrivate. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/**
 * libsql ignores its option `readonly`, but not SQLite's own parameters of a file: URI (sqlite.org/uri.html). `mode=ro`
 * alone makes the -wal and -shm files where they are missing. `immutable` reads the database file alone, which is all
 * there is where no -wal file is; `readonly_shm` takes part in the locks of those who have it open. A process maps the
 * -shm file once for all its connections: after `readonly_shm` it can't write before libsql's collector has closed it.
 */
const URIS = {
  look: { none: '?immutable=1', somebody: '?mode=ro&readonly_shm=1' },
  'look-before-writing': { none: '?immutable=1', somebody: '?mode=ro' },
} as const;

/** Nobody has it open, or there were a -shm file. */
async function readCopy<T>(
  path: string,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
): Promise<T | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'telepi-ledger-'));
  try {
    const copy = join(directory, LEDGER_FILE);
    for (const end of ['', '-wal']) await copyFile(`${path}${end}`, `${copy}${end}`);
    return await readOnce(copy, '', work);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function readOnce<T>(
  path: string,
  how: string,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
): Promise<T | undefined> {
  const database = open(path, how);
  const db = new Kysely<LedgerTables>({
    dialect: libsqlDialect(database, (error) => ledgerError(error, path), 'begin'),
  });
  try {
    if (!isLedger(database, path)) return undefined;
    return await db.transaction().execute(async (snapshot) => {
      const version = await ledgerVersion(snapshot as unknown as Kysely<unknown>, path);
      return version === 0 ? undefined : reading(path, work(snapshot));
    });
  } catch (error) {
    throw ledgerError(error, path);
  } finally {
    await db.destroy();
  }
}

function open(path: string, how: string): Libsql.Database {
  let database: Libsql.Database | undefined;
  try {
    database = new Libsql(`${pathToFileURL(path).href}${how}`);
    database.exec(`pragma busy_timeout = ${BUSY_MS}`);
    database.defaultSafeIntegers(true);
    return database;
  } catch (error) {
    database?.close();
    throw ledgerError(error, path);
  }
}
