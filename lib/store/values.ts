import type { Clock } from '../base/clock.js';

/** A row holds a value that TelePi never wrote. */
export class DamagedValue extends Error {}

/** An integer column as a driver returns it: libsql a bigint, Postgres a string, MySQL a number or a string. */
export type StoredInteger = bigint | number | string;

/** A number that must fit: ids of chats and messages, counts, milliseconds. */
export function asNumber(value: StoredInteger): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new DamagedValue('A number of the ledger is not a number, or is too large.');
  return number;
}

/** Undefined for a column that is null, or that the tables of an older version lack. */
export function asOptionalNumber(value: StoredInteger | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : asNumber(value);
}

/** A signed 64-bit integer: random_id, file_id, grouped_id. A number can't hold one. */
export function asBigInt(value: StoredInteger): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new DamagedValue('A 64-bit id came as a JavaScript number, which has lost digits.');
  }
  try {
    return BigInt(value);
  } catch (error) {
    throw new DamagedValue('A 64-bit id of the ledger is not a number.', { cause: error });
  }
}

/** A column of bytes as a driver returns it: libsql an ArrayBuffer, the others a Buffer. */
export type StoredBytes = Buffer | ArrayBuffer;

export function asBytes(value: StoredBytes): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.from(value);
}

/** Text cut to what its column takes, never within a surrogate pair. */
export function clipped(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** Wall-clock time as it is stored: whole milliseconds since the epoch. */
export function timeNow(clock: Clock): number {
  return Math.floor(clock.now());
}

/** How many values one statement takes: SQLite allows 32,766 parameters, other databases fewer. */
const CHUNK = 100;

export function* chunked<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK);
}
