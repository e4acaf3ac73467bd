import { type Insertable, type Kysely, sql } from 'kysely';
import { kindOf } from './kind.js';
import type { StoreTables } from './tables/schema.js';

/** Which columns are the primary key, and which of a row that is there get the new values. */
export interface UpsertColumns<Row> {
  readonly keys: readonly (keyof Row & string)[];
  readonly updated: readonly (keyof Row & string)[];
}

/**
 * Inserts rows, and changes the rows that are there under the same key instead; without columns to update, they stay as
 * they are. Each database has words of its own for it.
 */
export async function upsert<Table extends keyof StoreTables>(
  // biome-ignore lint/suspicious/noExplicitAny: a database or a transaction with these and other tables
  db: Kysely<any>,
  table: Table,
  rows: readonly Insertable<StoreTables[Table]>[],
  { keys, updated }: UpsertColumns<StoreTables[Table]>,
): Promise<void> {
  if (rows.length === 0) return;
  const insert = db.insertInto(table).values([...rows]);
  if (kindOf(db) === 'mysql') {
    const [first = ''] = keys;
    // Not `insert ignore`, which also takes other errors for a row that is there.
    const changes =
      updated.length === 0
        ? { [first]: sql.ref(first) }
        : Object.fromEntries(updated.map((column) => [column, sql`values(${sql.ref(column)})`]));
    await insert.onDuplicateKeyUpdate(changes as never).execute();
    return;
  }
  await insert
    .onConflict((conflict) => {
      const found = conflict.columns([...keys]);
      if (updated.length === 0) return found.doNothing();
      const changes = updated.map((column) => [column, sql.ref(`excluded.${column}`)]);
      return found.doUpdateSet(Object.fromEntries(changes) as never);
    })
    .execute();
}
