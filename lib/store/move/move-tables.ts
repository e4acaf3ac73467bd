import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { upsert } from '../upsert.js';
import { asNumber } from '../values.js';
import { type AnyTables, clearTable, pagesOf } from './pages.js';
import { Digest, type MovedRow, sizeOfRow, type TableDigest } from './row-values.js';
import type { TableShape } from './table-shapes.js';

/** What is called while rows move. */
export interface MoveWatch {
  readonly signal: AbortSignal;
  /** `done` of `rows` rows of a table are written; 0 at its beginning. */
  onRows(table: string, done: number, rows: number): void;
}

/** Empties tables, the ones that refer to others first. */
export async function clearTables(
  db: Kysely<AnyTables>,
  shapes: readonly TableShape[],
  signal: AbortSignal,
): Promise<void> {
  for (const shape of shapes.toReversed()) {
    signal.throwIfAborted();
    await clearTable(db, shape);
  }
}

/** Copies all rows, and returns what was read of each table. */
export async function copyTables(
  source: Kysely<AnyTables>,
  target: Kysely<AnyTables>,
  shapes: readonly TableShape[],
  { signal, onRows }: MoveWatch,
): Promise<ReadonlyMap<string, TableDigest>> {
  const digests = new Map<string, TableDigest>();
  for (const shape of shapes) {
    const rows = await countOf(source, shape.name);
    const digest = new Digest();
    onRows(shape.name, 0, rows);
    for await (const page of pagesOf(source, shape)) {
      signal.throwIfAborted();
      for (const row of page) digest.add(row);
      // Rows that are there already were written by an attempt whose answer was lost.
      await transact(target, async (tx) => {
        for (const chunk of bySize(page)) {
          await upsert(tx, shape.name as never, chunk as never, { keys: shape.key as never, updated: [] });
        }
      });
      onRows(shape.name, digest.value().rows, rows);
    }
    digests.set(shape.name, digest.value());
  }
  return digests;
}

/** Reads all tables again. */
export async function digestTables(
  db: Kysely<AnyTables>,
  shapes: readonly TableShape[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TableDigest>> {
  const digests = new Map<string, TableDigest>();
  for (const shape of shapes) {
    const digest = new Digest();
    for await (const page of pagesOf(db, shape)) {
      signal.throwIfAborted();
      for (const row of page) digest.add(row);
    }
    digests.set(shape.name, digest.value());
  }
  return digests;
}

export async function countOf(db: Kysely<AnyTables>, table: string): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select((row) => row.fn.countAll<string>().as('rows'))
    .executeTakeFirstOrThrow();
  return asNumber(rows);
}

/** MariaDB and MySQL take statements of 16 MiB by default. */
const CHUNK_BYTES = 2 ** 20;

function* bySize(rows: readonly MovedRow[]): Generator<MovedRow[]> {
  let chunk: MovedRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = sizeOfRow(row);
    if (chunk.length > 0 && bytes + size > CHUNK_BYTES) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push(row);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
