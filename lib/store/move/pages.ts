import type { Kysely } from 'kysely';
import { type MovedRow, type MovedValue, movedRow, type StoredRow } from './row-values.js';
import type { TableShape } from './table-shapes.js';

/** Tables whose names are known only when they are moved. */
export type AnyTables = Record<string, Record<string, MovedValue>>;

/** Rows that are in memory at once. */
const PAGE = 200;

/**
 * All rows of a table in the order of its key, page by page. Each query goes along the key's index from where the last
 * one ended, on every database.
 */
export async function* pagesOf(
  db: Kysely<AnyTables>,
  table: TableShape,
): AsyncGenerator<readonly MovedRow[]> {
  let last: MovedRow | undefined;
  for (;;) {
    const page = (await nextPage(db, table, last)).map((row) => movedRow(table, row));
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}

/**
 * The rows after `last`: first the ones that share all but the end of its key, then the ones that share less of it. One
 * condition for all of it would make MySQL read the whole table for every page.
 */
async function nextPage(
  db: Kysely<AnyTables>,
  { name, key }: TableShape,
  last: MovedRow | undefined,
): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  for (let shared = last ? key.length - 1 : 0; shared >= 0 && found.length < PAGE; shared -= 1) {
    let query = db.selectFrom(name).selectAll();
    if (last) {
      for (const column of key.slice(0, shared)) query = query.where(column, '=', columnOf(last, column));
      const next = key[shared] ?? '';
      query = query.where(next, '>', columnOf(last, next));
    }
    for (const column of key) query = query.orderBy(column);
    found.push(...((await query.limit(PAGE - found.length).execute()) as StoredRow[]));
  }
  return found;
}

/** Rows that one statement deletes. */
const MOST_DELETED = 5000;

/** Deletes all rows of a table, a few thousand at a time: a statement must not take longer than a connection waits. */
export async function clearTable(db: Kysely<AnyTables>, table: TableShape): Promise<void> {
  const { name, key } = table;
  const last = key.at(-1) ?? '';
  for (;;) {
    const [first] = await pageOfKeys(db, table);
    if (!first) return;
    const shared = key.slice(0, -1).map((column) => [column, columnOf(first, column)] as const);
    let after = db.selectFrom(name).select(last).orderBy(last).offset(MOST_DELETED).limit(1);
    for (const [column, value] of shared) after = after.where(column, '=', value);
    const [end] = (await after.execute()) as StoredRow[];
    let deletion = db.deleteFrom(name);
    for (const [column, value] of shared) deletion = deletion.where(column, '=', value);
    const bound = end && movedRow({ ...table, columns: only(table, [last]) }, end)[last];
    if (bound !== undefined) deletion = deletion.where(last, '<', bound);
    await deletion.execute();
  }
}

/** The first row's key, if there is a row. */
async function pageOfKeys(db: Kysely<AnyTables>, table: TableShape): Promise<MovedRow[]> {
  let query = db
    .selectFrom(table.name)
    .select([...table.key])
    .limit(1);
  for (const column of table.key) query = query.orderBy(column);
  const rows = (await query.execute()) as StoredRow[];
  return rows.map((row) => movedRow({ ...table, columns: only(table, table.key) }, row));
}

function only({ columns }: TableShape, names: readonly string[]): TableShape['columns'] {
  return new Map([...columns].filter(([name]) => names.includes(name)));
}

function columnOf(row: MovedRow, column: string): MovedValue {
  return row[column] ?? null;
}
