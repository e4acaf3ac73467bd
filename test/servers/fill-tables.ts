import type { Kysely } from 'kysely';
import { type Random, seededRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { AnyTables } from '../../lib/store/move/pages.js';
import { type MovedRow, type MovedValue, movedRow } from '../../lib/store/move/row-values.js';
import { movedTables, type TableShape } from '../../lib/store/move/table-shapes.js';
import type { ColumnSpec } from '../../lib/store/schema-change.js';

/** Rows of every table, whichever there are: the largest and smallest values, odd texts, bytes, nothing and null. */
export async function fillTables(db: Kysely<AnyTables>, rows: number, seed: string): Promise<void> {
  const random = seededRandom(seed);
  for (const shape of await movedTables(DATABASE_OWNER.migrations)) {
    for (let index = 0; index < rows; index += 1) {
      await db
        .insertInto(shape.name)
        .values(rowOf(shape, index, random))
        .execute();
    }
  }
}

/** All rows of all tables, each in one form, in an order of the test's own. */
export async function contentOf(db: Kysely<AnyTables>): Promise<Readonly<Record<string, readonly string[]>>> {
  const content: Record<string, readonly string[]> = {};
  for (const shape of await movedTables(DATABASE_OWNER.migrations)) {
    const rows = await db.selectFrom(shape.name).selectAll().execute();
    content[shape.name] = rows.map((row) => JSON.stringify(movedRow(shape, row), inJson)).sort();
  }
  return content;
}

function inJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}

function rowOf(shape: TableShape, index: number, random: Random): MovedRow {
  const columns = [...shape.columns].map(([name, spec], at) => {
    const fixed = name === shape.key.join() ? undefined : FIXED[name]?.(index);
    return [name, fixed ?? cellOf(spec, { index, at, random, isKey: shape.key.includes(name) })];
  });
  return Object.fromEntries(columns);
}

/** What other rows refer to, what no two rows may share, and a lease that nobody holds. */
const FIXED: Readonly<Record<string, (index: number) => MovedValue>> = {
  account_id: () => 777n,
  job_id: (index) => (index === 0 ? 'job' : `job ${index}`),
  source_id: (index) => BigInt(index),
  entry_id: (index) => String(index).padStart(32, '0'),
  folder: (index) => `-100${index}_to_-2`,
  expires_datetime: () => '1970-01-01 00:00:00.000',
};

interface Cell {
  readonly index: number;
  readonly at: number;
  readonly random: Random;
  readonly isKey: boolean;
}

function cellOf(spec: ColumnSpec, { index, at, random, isKey }: Cell): MovedValue {
  if (spec.endsWith('?') && (index + at) % 4 === 0) return null;
  const kind = spec.replace('?', '');
  if (kind === 'bigint') return bigintOf(index, random);
  if (kind === 'integer')
    return isKey ? BigInt(index) : ([0n, 2n ** 31n - 1n, -(2n ** 31n)][index % 3] ?? 0n);
  if (kind === 'datetime') return TIMES[(index + at) % TIMES.length] ?? null;
  if (kind === 'bytes')
    return index % 5 === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.of(0, 255, 39, 92), random.bytes(40)]);
  const [, length = '1000'] = /^varchar\((\d+)\)$/.exec(kind) ?? [];
  const text = TEXTS[(index + at) % TEXTS.length] ?? '';
  return [...(isKey ? `${index} ${text}` : text)].slice(0, Number(length)).join('');
}

function bigintOf(index: number, random: Random): bigint {
  if (index === 0) return 2n ** 63n - 1n;
  return index === 1 ? -(2n ** 63n) : random.bytes(8).readBigInt64LE();
}

const TIMES = ['1970-01-01 00:00:00.000', '2026-11-29 18:25:00.120', '9999-12-31 23:59:59.999'];
const TEXTS = ['', 'a', 'A', '👩‍👩‍👧 ł ß', '\'; drop -- \\ " %', 'two\nlines\r\n\t', '\uFFFD\u202E'];
