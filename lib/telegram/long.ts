import { returnBigInt } from 'telegram/Helpers.js';

/** A 64-bit number as the library's TL objects hold it. */
export type Long = ReturnType<typeof returnBigInt>;

/** A native number as a 64-bit field of a TL object. */
export function toLong(value: bigint | number): Long {
  return returnBigInt(value.toString());
}

/** A 64-bit field of a TL object as a native, signed number. */
export function fromLong(value: Long | bigint | number | string): bigint {
  return BigInt.asIntN(64, BigInt(value.toString()));
}
