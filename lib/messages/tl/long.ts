import { returnBigInt } from 'telegram/Helpers.js';

/** A 64-bit number, as a document writes it, in the form that the library's TL objects have. */
export function toLong(value: string | number | bigint): ReturnType<typeof returnBigInt> {
  return returnBigInt(String(value));
}
