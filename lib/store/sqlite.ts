import { Kysely } from 'kysely';
import Libsql from 'libsql';
import { refuseOddFile } from '../base/odd-file.js';
import { markDatabase, whoseDatabase } from './application-id.js';
import { hasBrokenPages } from './integrity.js';
import { libsqlDialect } from './libsql-dialect.js';
import { databaseVersion, migrate } from './migrate.js';
import { refuseMovedAway } from './moves.js';
import type { OpenDatabase } from './open-database.js';
import { type DatabaseOwner, refusing } from './owner.js';
import { createPrivate } from './private-file.js';

/** How long a write waits for another run's, which is over in a few milliseconds. Everything else waits meanwhile. */
const BUSY_MS = 10_000;

/**
 * Opens the database at `path`, creates it if it is missing, and brings its tables to this version. SQLite in WAL mode
 * with synchronous FULL: when a write's promise resolves, it survives a power cut; readers and several processes can
 * use it at once. It must be on a local disk: WAL doesn't work over a network.
 *
 * `busyMs`: how long a write waits for another one, within which nothing else of this process happens. Default: ten seconds.
 *
 * Throws the owner's errors, and NOT_A_FILE for a directory, a pipe and the like.
 */
export async function openSqlite<Tables>(
  path: string,
  owner: DatabaseOwner,
  { busyMs = BUSY_MS }: { readonly busyMs?: number } = {},
): Promise<OpenDatabase<Tables>> {
  refuseOddDatabase(path);
  const isNew = createPrivate(path);
  const { database, isEmpty } = connect(path, owner);
  if (busyMs !== BUSY_MS) database.exec(`pragma busy_timeout = ${busyMs}`);
  const found = isEmpty ? 'empty' : 'tables';
  const db = new Kysely<Tables>({
    dialect: libsqlDialect(
      database,
      (error) => owner.errors.translate(error, path),
      'begin immediate',
      busyMs,
    ),
  });
  try {
    const { migrations, errors } = owner;
    const refuse = refusing(owner, path, (version) => errors.newer(path, version, migrations.length));
    const plain = db as unknown as Kysely<unknown>;
    await databaseVersion(plain, migrations, refuse);
    // First, since the tables by which a database without a mark is recognised get other names.
    markDatabase(database, owner);
    await migrate(plain, migrations, refuse);
    await refuseMovedAway(plain, owner, path);
  } catch (error) {
    await db.destroy();
    throw owner.errors.translate(error, path);
  }
  return {
    path,
    db,
    found: isNew ? 'missing' : found,
    damaged: (cause) => owner.errors.damaged(path, cause),
    // Writes the content of the -wal file into the database first.
    async close() {
      try {
        if (database.open) database.exec('pragma wal_checkpoint(truncate)');
      } catch {
        // Another process is reading: the -wal file stays, and whoever opens the database next continues with it.
      }
      await db.destroy();
    },
  };
}

/** Throws NOT_A_FILE when the database, or one of the files that SQLite keeps next to it, is a directory or the like. */
export function refuseOddDatabase(path: string): void {
  for (const end of ['', '-wal', '-shm']) refuseOddFile(`${path}${end}`);
}

function connect(
  path: string,
  owner: DatabaseOwner,
): { readonly database: Libsql.Database; readonly isEmpty: boolean } {
  let database: Libsql.Database | undefined;
  try {
    database = new Libsql(path);
    // Set first, because it starts at 0.
    database.exec(`pragma busy_timeout = ${BUSY_MS}`);
    // Checked before anything is written into it.
    const whose = whoseDatabase(database, owner);
    if (whose === 'foreign') throw owner.errors.foreign(path);
    database.exec('pragma journal_mode = wal');
    database.exec('pragma synchronous = full');
    database.exec('pragma foreign_keys = on');
    // 64-bit integers as bigint, or they would lose digits.
    database.defaultSafeIntegers(true);
    if (hasBrokenPages(database)) throw owner.errors.damaged(path);
    return { database, isEmpty: whose === 'empty' };
  } catch (error) {
    database?.close();
    throw owner.errors.translate(error, path);
  }
}
