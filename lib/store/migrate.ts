import type { Kysely, Transaction } from 'kysely';
import { asNumber, type StoredInteger } from './values.js';

/**
 * Changes the schema, and the rows where needed, from the version before. Runs in a transaction that also records the
 * version. Never edited once released: a later change is a migration of its own.
 */
export type Migration = (db: Transaction<unknown>) => Promise<void>;

type VersionTables = { readonly schema_version: { version: StoredInteger } };

/**
 * Brings the database to the newest version in `migrations`, one transaction per version: a crash in between leaves a
 * complete older version, and a second process that starts at the same time finds the work done. A new database gets all
 * of them in one. If the database is newer, throws the error that `newer` makes of its version, before anything is
 * written.
 */
export async function migrate(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  newer: (version: number) => Error,
): Promise<void> {
  if ((await databaseVersion(db, migrations, newer)) === migrations.length) return;
  for (let done = false; !done; ) {
    done = await db.transaction().execute(async (transaction) => {
      const from = await databaseVersion(transaction, migrations, newer);
      const due = migrations.slice(from, from === 0 ? undefined : from + 1);
      for (const [index, migration] of due.entries()) {
        await migration(transaction);
        await noteVersion(transaction, from + index + 1);
      }
      return from + due.length === migrations.length;
    });
  }
}

/** The version of a database's tables, 0 when there are none. Writes nothing. Throws as `migrate` does. */
export async function databaseVersion(
  db: Kysely<unknown>,
  migrations: readonly Migration[],
  newer: (version: number) => Error,
): Promise<number> {
  const version = await readVersion(db);
  if (version > migrations.length) throw newer(version);
  return version;
}

/** 0 when there are no tables yet. */
async function readVersion(db: Kysely<unknown>): Promise<number> {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === 'schema_version')) return 0;
  const rows = await versions(db).selectFrom('schema_version').select('version').execute();
  return Math.max(0, ...rows.map(({ version }) => asNumber(version)));
}

async function noteVersion(db: Transaction<unknown>, version: number): Promise<void> {
  if (version === 1) {
    await db.schema
      .createTable('schema_version')
      .addColumn('version', 'integer', (column) => column.notNull())
      .execute();
    await versions(db).insertInto('schema_version').values({ version }).execute();
  } else {
    await versions(db).updateTable('schema_version').set({ version }).execute();
  }
}

function versions(db: Kysely<unknown>): Kysely<VersionTables> {
  return db.withTables<VersionTables>();
}
