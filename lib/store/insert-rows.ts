import type { Insertable, InsertQueryBuilder, InsertResult, Kysely } from 'kysely';
import { runCompiled } from './compiled.js';
import { kindOf } from './kind.js';
import type { StoreTables } from './tables/schema.js';

type Row = Readonly<Record<string, unknown>>;

/** How many rows one statement takes: SQLite allows 32,766 parameters, other databases fewer. */
const MOST_ROWS = 100;
/**
 * SQLite prepares a statement for each number of rows, and keeps it. A server gets as many rows at once as there are, since
 * each statement is a round trip.
 */
const SQLITE_ROWS = [MOST_ROWS, 50, 20, 10, 5, 2, 1];

// biome-ignore lint/suspicious/noExplicitAny: a builder for whichever tables
type Insert = InsertQueryBuilder<any, any, InsertResult>;

/** Inserts rows that have the same columns, each a value. */
export function insertRows<Table extends keyof StoreTables>(
  // biome-ignore lint/suspicious/noExplicitAny: a database or a transaction with these and other tables
  db: Kysely<any>,
  table: Table,
  rows: readonly Insertable<StoreTables[Table]>[],
): Promise<void> {
  return insertBy(db, 'insert', table, rows as readonly Row[], (insert) => insert);
}

/**
 * Inserts rows of the same columns by the statement that `end` completes, which is built once for each `name` and number of
 * rows.
 */
export async function insertBy(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  db: Kysely<any>,
  name: string,
  table: string,
  rows: readonly Row[],
  end: (insert: Insert) => Insert,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).filter((column) => first[column] !== undefined);
  const isSqlite = kindOf(db) === 'sqlite';
  for (let start = 0; start < rows.length; ) {
    const left = Math.min(rows.length - start, MOST_ROWS);
    const size = isSqlite
      ? (SQLITE_ROWS.find((each) => each <= left) ?? left)
      : withinBytes(rows, start, left);
    const chunk = rows.slice(start, start + size);
    await runCompiled(db, `${name} ${table} ${size} ${columns.join()}`, valuesOf(chunk, columns), () =>
      end(db.insertInto(table).values(chunk)),
    );
    start += size;
  }
}

/**
 * MariaDB and MySQL refuse a statement above their max_allowed_packet, 16 MiB by default, in which each byte may take two. A row
 * of its own may be larger than this.
 */
const MOST_BYTES = 4 * 2 ** 20;

/** How many rows from `start` on, at most `most`, one statement for a server takes. */
function withinBytes(rows: readonly Row[], start: number, most: number): number {
  let bytes = 0;
  for (let taken = 0; taken < most; taken += 1) {
    for (const value of Object.values(rows[start + taken] ?? {})) {
      if (typeof value === 'string') bytes += Buffer.byteLength(value);
      else bytes += Buffer.isBuffer(value) ? value.length : 8;
    }
    if (bytes > MOST_BYTES) return Math.max(1, taken);
  }
  return most;
}

function valuesOf(rows: readonly Row[], columns: readonly string[]): unknown[] {
  const values: unknown[] = [];
  for (const row of rows) {
    let known = 0;
    for (const column in row) if (row[column] !== undefined) known += 1;
    if (known !== columns.length) throw new TypeError('Rows of one statement have different columns.');
    for (const column of columns) values.push(row[column]);
  }
  return values;
}
