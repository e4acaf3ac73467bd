import { statSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Kysely, type Transaction } from 'kysely';
import Libsql from 'libsql';
import { UsageError } from '../base/errors.js';
import { whoseDatabase } from './application-id.js';
import { libsqlDialect } from './libsql-dialect.js';
import { databaseVersion } from './migrate.js';
import { refuseMovedAway } from './moves.js';
import { type DatabaseOwner, refusing } from './owner.js';
import { refuseOddDatabase } from './sqlite.js';

/** How long a read waits for a checkpoint of the -wal file, which blocks readers for a moment. */
const BUSY_MS = 5_000;
/** How often a read is repeated because a run began or ended meanwhile, and its -wal and -shm files came or went. */
const MOST_TRIES = 5;

export type ReadPurpose = 'look' | 'look-before-writing';

/** The database to read, and what for. */
export interface ReadOptions {
  readonly path: string;
  readonly owner: DatabaseOwner;
  /** `look-before-writing`: this process opens it afterwards; then the -shm file's times may change. Default: `look`. */
  readonly purpose?: ReadPurpose;
}

/**
 * Lets `work` read a database as it is at one moment, whether others write it or not, and returns its result; undefined
 * when there is no database yet (no file, or an empty one). Nothing in its directory is written, created or removed, so
 * the directory may be read-only: no table is migrated (columns that an older version lacks read as absent), and only
 * values that are read are checked.
 *
 * Throws the same errors as openSqlite.
 */
export async function readSqlite<Tables, T>(
  { path, owner, purpose = 'look' }: ReadOptions,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T | undefined> {
  refuseOddDatabase(path);
  for (let tries = 1; (sizeOf(path) ?? 0) > 0; tries += 1) {
    const use = useOf(path);
    try {
      const answer =
        use === 'cut-off'
          ? await readCopy(path, owner, work)
          : await readOnce({ name: uri(path, URIS[purpose][use]), path, owner }, work);
      if (use !== 'none' || useOf(path) === 'none' || tries === MOST_TRIES) return answer;
    } catch (error) {
      if (error instanceof UsageError || tries === MOST_TRIES) throw error;
    }
  }
  return undefined;
}

/**
 * Whether somebody has the database open, or was killed while it was: then the -wal file's content belongs to it.
 * `cut-off`: the same, but the -shm file is missing, which SQLite would create.
 */
function useOf(path: string): 'none' | 'somebody' | 'cut-off' {
  const wal = sizeOf(`${path}-wal`);
  if (wal === undefined) return 'none';
  if (sizeOf(`${path}-shm`) !== undefined) return 'somebody';
  return wal > 0 ? 'cut-off' : 'none';
}

/** In bytes; undefined when the file doesn't exist. Doesn't open it: see createPrivate. */
function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/**
 * libsql ignores its option `readonly`, but not SQLite's own parameters of a file: URI (sqlite.org/uri.html). `mode=ro`
 * alone creates the -wal and -shm files if they are missing. `immutable` reads only the database file, which is enough
 * when there is no -wal file; `readonly_shm` shares the locks of the processes that have it open. A process maps the
 * -shm file once for all its connections: after `readonly_shm` it can't write before libsql's collector has closed it.
 */
const URIS = {
  look: { none: '?immutable=1', somebody: '?mode=ro&readonly_shm=1' },
  'look-before-writing': { none: '?immutable=1', somebody: '?mode=ro' },
} as const;

/** Nobody has it open, or there would be a -shm file. */
async function readCopy<Tables, T>(
  path: string,
  owner: DatabaseOwner,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'telepi-database-'));
  try {
    const copy = join(directory, basename(path));
    for (const end of ['', '-wal']) await copyFile(`${path}${end}`, `${copy}${end}`);
    return await readOnce({ name: uri(copy, ''), path, owner }, work);
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface ReadOnce {
  /** For SQLite. */
  readonly name: string;
  /** For people. */
  readonly path: string;
  readonly owner: DatabaseOwner;
}

async function readOnce<Tables, T>(
  { name, path, owner }: ReadOnce,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T | undefined> {
  const { errors, migrations } = owner;
  const translate = (error: unknown): Error => errors.translate(error, path);
  const database = open(name, translate);
  const db = new Kysely<Tables>({ dialect: libsqlDialect(database, translate, 'begin') });
  try {
    const whose = whoseDatabase(database, owner);
    if (whose === 'foreign') throw errors.foreign(path);
    if (whose === 'empty') return undefined;
    const refuse = refusing(owner, path, (version) => errors.newer(path, version, migrations.length));
    const versionIn = (reader: unknown): Promise<number> =>
      databaseVersion(reader as Kysely<unknown>, migrations, refuse);
    const before = await versionIn(db);
    nameAsNow(database, owner, before);
    return await db.transaction().execute(async (snapshot) => {
      const version = await versionIn(snapshot);
      if (version !== before) throw new Error('the tables have just got another version');
      if (version === 0) return undefined;
      await refuseMovedAway(snapshot, owner, path);
      return work(snapshot);
    });
  } catch (error) {
    throw translate(error);
  } finally {
    await db.destroy();
  }
}

/** Gives tables of an older version their present names, in views that only this connection has. */
function nameAsNow(database: Libsql.Database, { formerNames }: DatabaseOwner, version: number): void {
  if (!formerNames || version === 0 || version >= formerNames.before) return;
  for (const [now, before] of Object.entries(formerNames.names)) {
    const found = database.prepare('select 1 from sqlite_master where name = ?').all(before);
    if (found.length > 0) database.exec(`create temp view "${now}" as select * from "${before}"`);
  }
}

function open(name: string, translate: (error: unknown) => Error): Libsql.Database {
  let database: Libsql.Database | undefined;
  try {
    database = new Libsql(name);
    database.exec(`pragma busy_timeout = ${BUSY_MS}`);
    database.defaultSafeIntegers(true);
    return database;
  } catch (error) {
    database?.close();
    throw translate(error);
  }
}

function uri(path: string, parameters: string): string {
  return `${pathToFileURL(path).href}${parameters}`;
}
