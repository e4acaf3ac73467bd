import type { BlobRange } from './store.js';

/** @throws RangeError for a range that isn't inside `size` bytes. */
export function rangeWithin({ start = 0, end }: BlobRange, size: number): { start: number; end: number } {
  const last = end ?? size;
  if (![start, last].every(Number.isSafeInteger) || start < 0 || start > last || last > size)
    throw new RangeError(`bytes ${start} to ${last} are not inside a blob of ${size} bytes`);
  return { start, end: last };
}
