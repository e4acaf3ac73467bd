import { createHash } from 'node:crypto';
import type { ColumnSpec } from '../schema-change.js';
import { storable } from '../storable.js';
import { asTime, timeText } from '../times.js';
import { asBigInt, asBytes, type StoredBytes, type StoredInteger } from '../values.js';
import type { TableShape } from './table-shapes.js';

/** A value in the form that every database takes. */
export type MovedValue = bigint | string | Buffer | null;

/** A row as a driver returns it. */
export type StoredRow = Readonly<Record<string, unknown>>;
export type MovedRow = Readonly<Record<string, MovedValue>>;

/** A row with its values in the one form that they have for every database. */
export function movedRow({ columns }: TableShape, row: StoredRow): MovedRow {
  return Object.fromEntries([...columns].map(([name, spec]) => [name, movedValue(spec, row[name])]));
}

function movedValue(spec: ColumnSpec, value: unknown): MovedValue {
  if (value === null || value === undefined) return null;
  switch (spec.replace('?', '')) {
    case 'bigint':
    case 'integer':
      return asBigInt(value as StoredInteger);
    case 'datetime':
      return timeText(asTime(value as string));
    case 'bytes':
      return asBytes(value as StoredBytes);
    default:
      return storable(value) as string;
  }
}

/** How many bytes a row takes, about. */
export function sizeOfRow(row: MovedRow): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (Buffer.isBuffer(value)) bytes += 2 * value.length;
    else bytes += 8;
  }
  return bytes;
}

/** A table's content: how many rows, and a hash of them all that doesn't depend on their order. */
export interface TableDigest {
  readonly rows: number;
  /** 64 hex digits: the sum of the SHA-256 of every row, modulo 2^256. */
  readonly hash: string;
}

/** Adds up a table, row by row. */
export class Digest {
  #rows = 0;
  #sum = 0n;

  add(row: MovedRow): void {
    const hash = createHash('sha256');
    for (const value of Object.values(row)) {
      if (value === null) hash.update('-');
      else if (typeof value === 'bigint') hash.update(`i${value};`);
      else {
        const bytes = typeof value === 'string' ? Buffer.from(value) : value;
        hash.update(`${typeof value === 'string' ? 's' : 'b'}${bytes.length}:`).update(bytes);
      }
    }
    this.#rows += 1;
    this.#sum = (this.#sum + BigInt(`0x${hash.digest('hex')}`)) & MASK;
  }

  value(): TableDigest {
    return { rows: this.#rows, hash: this.#sum.toString(16).padStart(64, '0') };
  }
}

const MASK = (1n << 256n) - 1n;
