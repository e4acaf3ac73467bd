import { createCipheriv } from 'node:crypto';
import { decryptIgeBlocks } from './aes-blocks.js';

/**
 * AES-256 in IGE mode: c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]. `iv` is c[-1] then p[-1]; `plain` is a multiple of 16
 * bytes, `out` as long and not the same. OpenSSL does the work in CBC mode: with d[i] = c[i] ^ p[i-1] it is
 * d[i] = E(p[i] ^ p[i-2] ^ d[i-1]).
 */
export function encryptIge(
  plain: Buffer,
  key: Buffer,
  iv: Buffer,
  out = Buffer.allocUnsafe(plain.length),
): Buffer {
  const source = words(plain);
  const target = words(out);
  if (!source || !target) {
    encryptIge(Buffer.from(plain), key, iv).copy(out);
    return out;
  }
  const before = Uint32Array.from({ length: 4 }, (_, i) => iv.readUInt32LE(16 + 4 * i));
  for (let i = 0; i < 4; i++) target[i] = at(source, i);
  for (let i = 4; i < 8 && i < source.length; i++) target[i] = at(source, i) ^ at(before, i - 4);
  for (let i = 8; i < source.length; i++) target[i] = at(source, i) ^ at(source, i - 8);
  const cipher = createCipheriv('aes-256-cbc', key, iv.subarray(0, 16)).setAutoPadding(false);
  const chained = words(cipher.update(out)) ?? new Uint32Array();
  for (let i = 0; i < 4; i++) target[i] = at(chained, i) ^ at(before, i);
  for (let i = 4; i < source.length; i++) target[i] = at(chained, i) ^ at(source, i - 4);
  return out;
}

/** The inverse of {@link encryptIge}. No mode of OpenSSL chains the inverse cipher, so the blocks are JavaScript. */
export function decryptIge(encrypted: Buffer, key: Buffer, iv: Buffer): Buffer {
  const aligned = words(encrypted) ? encrypted : Buffer.from(encrypted);
  const out = Buffer.allocUnsafe(encrypted.length);
  const chain = Int32Array.from({ length: 8 }, (_, i) => iv.readInt32LE(4 * i));
  decryptIgeBlocks(signedWords(aligned), signedWords(out), key, chain);
  return out;
}

/** The bytes as 32-bit words in place; undefined when they don't lie on a word's boundary. */
function words(bytes: Buffer): Uint32Array | undefined {
  return bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : undefined;
}

function signedWords(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function at(array: Uint32Array, index: number): number {
  return array[index] as number;
}
