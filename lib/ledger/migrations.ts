import type { Kysely, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import { asNumber, type StoredInteger } from './values.js';
import { createVersion1 } from './version-1.js';
import { createVersion2 } from './version-2.js';
import { createVersion3 } from './version-3.js';
import { createVersion4 } from './version-4.js';
import { createVersion5 } from './version-5.js';

/**
 * Changes the schema, and the rows where needed, from the version before. Runs in a transaction with the note of its
 * version. Never edited once released: what comes later is a migration of its own.
 */
export type Migration = (db: Transaction<unknown>) => Promise<void>;

/** From no tables to version 1, from 1 to 2, and so on. */
export const MIGRATIONS: readonly Migration[] = [
  createVersion1,
  createVersion2,
  createVersion3,
  createVersion4,
  createVersion5,
];

type VersionTables = { readonly schema_version: { version: StoredInteger } };

/**
 * Brings the database to the newest version that `migrations` know, one transaction a version: a crash in between
 * leaves a whole older version, and a second process that starts at the same time finds the work done. Throws a
 * UsageError (LEDGER_NEWER), before anything is written, for a database of a newer version.
 */
export async function migrate(
  db: Kysely<unknown>,
  path: string,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  if ((await knownVersion(db, path, migrations)) === migrations.length) return;
  for (let done = false; !done; ) {
    done = await db.transaction().execute(async (transaction) => {
      const version = await knownVersion(transaction, path, migrations);
      const migration = migrations[version];
      if (!migration) return true;
      await migration(transaction);
      await noteVersion(transaction, version + 1);
      return false;
    });
  }
}

/** The version of a ledger's tables, 0 where there are none. Writes nothing. Throws LEDGER_NEWER as `migrate` does. */
export function ledgerVersion(db: Kysely<unknown>, path: string): Promise<number> {
  return knownVersion(db, path, MIGRATIONS);
}

async function knownVersion(
  db: Kysely<unknown>,
  path: string,
  migrations: readonly Migration[],
): Promise<number> {
  const version = await readVersion(db);
  if (version <= migrations.length) return version;
  throw new UsageError(
    'LEDGER_NEWER',
    `${path} was written by a newer TelePi (version ${version} of its tables, this one knows ` +
      `${migrations.length}): use that one, or choose another --data-dir.`,
    { fields: { path, version } },
  );
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
