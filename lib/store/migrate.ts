import { type Kysely, sql, type Transaction } from 'kysely';
import { type DatabaseKind, kindOf } from './kind.js';
import { transact } from './repeatable.js';
import { hasTable, SchemaChange } from './schema-change.js';
import { asNumber, type StoredInteger } from './values.js';

/**
 * Changes the tables, and their rows where needed, from the version before. Never edited once released: a later change
 * is a migration of its own. On MySQL it may be run again after it was cut off anywhere, so it changes tables through
 * `change` alone, and rows so that twice is as good as once.
 */
export type Migration = (change: SchemaChange) => Promise<void>;

/**
 * The error for a database whose version can't be used: it is newer than `migrations`, or below 0, which means that it
 * holds only a part of what was being moved into it (see markHalfMoved). It may be undefined for one who may use such a part.
 */
export type Refuse = (version: number) => Error | undefined;

/**
 * The table that has the version. On a server it shows whose tables these are, so its name is one that no other program
 * uses; an SQLite file bears a mark.
 */
export const VERSION_TABLES = {
  sqlite: 'schema_version',
  postgres: 'telepi_version',
  mysql: 'telepi_version',
} as const satisfies Record<DatabaseKind, string>;

type VersionTables = Readonly<
  Record<(typeof VERSION_TABLES)[DatabaseKind], { version: StoredInteger; id: StoredInteger }>
>;

/**
 * Brings the database to the newest version in `migrations`, one after another: a crash in between leaves an older
 * version that the next attempt completes, and a second process that starts at the same time finds the work done. If the
 * database can't be used, throws the error that `refuse` makes of its version, before anything is written.
 *
 * SQLite and Postgres make each version in one transaction that also records it, and all of them in one for a new
 * database. MySQL commits with each statement that changes a table: there one process has a lock, and each change looks
 * whether it was made.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  refuse: Refuse,
): Promise<void> {
  if ((await databaseVersion(db, migrations, refuse)) === migrations.length) return;
  if (kindOf(db) === 'mysql') return underLock(db, () => stepByStep(db, migrations, refuse));
  for (let done = false; !done; ) {
    done = await transact(db, async (transaction) => {
      if (kindOf(db) === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction);
      const from = await databaseVersion(transaction, migrations, refuse);
      const due = migrations.slice(from, from === 0 ? undefined : from + 1);
      const sign = (await isHalfMoved(transaction)) ? -1 : 1;
      for (const [index, migration] of due.entries()) {
        await migration(new SchemaChange(transaction));
        await noteVersion(transaction, sign * (from + index + 1));
      }
      return from + due.length === migrations.length;
    });
  }
}

/** "TePi": any number that no other program locks. */
const LOCK = 0x54_65_50_69;
/** How long a process waits for another one that changes the tables, in seconds. */
const LOCK_SECONDS = 3600;

/** MySQL's: a lock of the connection, under a name that the whole server shares. It ends with the connection. */
async function underLock(db: Kysely<unknown>, work: () => Promise<void>): Promise<void> {
  const name = sql`left(concat('telepi ', sha2(database(), 256)), 64)`;
  const { rows } = await sql<{
    taken: StoredInteger | null;
  }>`select get_lock(${name}, ${LOCK_SECONDS}) as taken`.execute(db);
  if (asNumber(rows[0]?.taken ?? 0) !== 1) throw new Error('another process is changing the tables');
  try {
    await work();
  } finally {
    await sql`select release_lock(${name})`.execute(db);
  }
}

async function stepByStep(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  refuse: Refuse,
): Promise<void> {
  const from = await databaseVersion(db, migrations, refuse);
  // First, so that tables of an attempt that was cut off are known as ours.
  if (from === 0) await noteVersion(db, 0);
  const sign = (await isHalfMoved(db)) ? -1 : 1;
  for (const [index, migration] of migrations.slice(from).entries()) {
    await migration(new SchemaChange(db));
    await noteVersion(db, sign * (from + index + 1));
  }
}

/** The version of a database's tables, 0 when there are none. Writes nothing. Throws as `migrate` does. */
export async function databaseVersion(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  refuse: Refuse,
): Promise<number> {
  const version = await readVersion(db);
  if (version < 0 || version > migrations.length) {
    const error = refuse(version);
    if (error) throw error;
  }
  return Math.abs(version);
}

/**
 * Marks a database as holding only a part of what is moved into it, or takes the mark away, in a transaction of the caller's.
 * Every opening and reading looks at the version, so nothing takes the part for the whole.
 */
export async function markHalfMoved(tx: Transaction<unknown>, half: boolean): Promise<void> {
  const version = Math.abs(await readVersion(tx));
  await noteVersion(tx, half ? -version : version);
}

/** Whether a database bears the mark. */
export async function isHalfMoved(db: Kysely<unknown>): Promise<boolean> {
  return (await readVersion(db)) < 0;
}

/** 0 when there are no tables yet; below 0: see markHalfMoved. */
async function readVersion(db: Kysely<unknown>): Promise<number> {
  const table = VERSION_TABLES[kindOf(db)];
  if (!(await hasTable(db, table))) return 0;
  const rows = await versions(db).selectFrom(table).select('version').execute();
  const found = rows.map(({ version }) => asNumber(version));
  const least = Math.min(0, ...found);
  return least < 0 ? least : Math.max(0, ...found);
}

async function noteVersion(db: Kysely<unknown>, version: number): Promise<void> {
  const kind = kindOf(db);
  const table = VERSION_TABLES[kind];
  if (kind === 'sqlite') {
    if (version === 1) {
      await db.schema
        .createTable(table)
        .addColumn('version', 'integer', (column) => column.notNull())
        .execute();
      await sql`insert into schema_version (version) values (1)`.execute(db);
    } else await versions(db).updateTable(table).set({ version }).execute();
    return;
  }
  if (version <= 1) {
    if (!(await hasTable(db, table))) await new SchemaChange(db).createTable(table, VERSION_TABLE);
  }
  const { numUpdatedRows } = await versions(db).updateTable(table).set({ version }).executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) await versions(db).insertInto(table).values({ id: 1, version }).execute();
}

const VERSION_TABLE = {
  columns: { id: 'integer', version: 'integer' },
  primaryKey: { name: 'telepi_version_key', columns: ['id'] },
} as const;

function versions(db: Kysely<unknown>): Kysely<VersionTables> {
  return db.withTables<VersionTables>();
}
