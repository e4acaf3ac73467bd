import { type Insertable, type Kysely, sql } from 'kysely';
import { insertBy } from './insert-rows.js';
import { kindOf } from './kind.js';
import type { StoreTables } from './tables/schema.js';

/** Which columns are the primary key, and which of a row that is there get the new values. */
export interface UpsertColumns<Row> {
  readonly keys: readonly (keyof Row & string)[];
  readonly updated: readonly (keyof Row & string)[];
}

/**
 * Inserts rows of the same columns, and changes the rows that are there under the same key instead; without columns to update, they stay as
 * they are. Each database has words of its own for it.
 */
export async function upsert<Table extends keyof StoreTables>(
  // biome-ignore lint/suspicious/noExplicitAny: a database or a transaction with these and other tables
  db: Kysely<any>,
  table: Table,
  rows: readonly Insertable<StoreTables[Table]>[],
  { keys, updated }: UpsertColumns<StoreTables[Table]>,
): Promise<void> {
  const name = `upsert by ${keys.join()} changing ${updated.join()}`;
  const isMysql = kindOf(db) === 'mysql';
  await insertBy(db, name, table, rows as readonly Readonly<Record<string, unknown>>[], (insert) => {
    if (isMysql) {
      const [first = ''] = keys;
      // Not `insert ignore`, which also takes other errors for a row that is there.
      const changes =
        updated.length === 0
          ? { [first]: sql.ref(first) }
          : Object.fromEntries(updated.map((column) => [column, sql`values(${sql.ref(column)})`]));
      return insert.onDuplicateKeyUpdate(changes);
    }
    return insert.onConflict((conflict) => {
      const found = conflict.columns([...keys]);
      if (updated.length === 0) return found.doNothing();
      const changes = updated.map((column) => [column, sql.ref(`excluded.${column}`)]);
      return found.doUpdateSet(Object.fromEntries(changes));
    });
  });
}
