import type { Clock } from '../base/clock.js';

/** An integer column as a driver answers it: libsql a bigint, Postgres a string, MySQL a number or a string. */
export type StoredInteger = bigint | number | string;

/** A number that must fit: ids of chats and messages, counts, milliseconds. */
export function asNumber(value: StoredInteger): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`The ledger holds ${value}, which is no safe integer.`);
  return number;
}

export function asOptionalNumber(value: StoredInteger | null): number | undefined {
  return value === null ? undefined : asNumber(value);
}

/** A signed 64-bit integer: random_id, file_id, grouped_id. A number can't hold one. */
export function asBigInt(value: StoredInteger): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError('A 64-bit id came as a number, which has lost digits.');
  }
  return BigInt(value);
}

/** Text cut to what its column takes, not within a surrogate pair. */
export function clipped(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** Wall-clock time as it is stored: whole milliseconds since the epoch. */
export function timeNow(clock: Clock): number {
  return Math.floor(clock.now());
}
