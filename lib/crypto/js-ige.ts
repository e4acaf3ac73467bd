import { createCipheriv } from 'node:crypto';
import { decryptIgeBlocks } from './aes-blocks.js';
import type { IgeCipher } from './message-crypto.js';

/**
 * c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]. OpenSSL encrypts, in CBC mode: with d[i] = c[i] ^ p[i-1] it is
 * d[i] = E(p[i] ^ p[i-2] ^ d[i-1]). No mode of it chains the inverse cipher, so decryption is JavaScript.
 */
export const jsIge: IgeCipher = {
  encryptIge(plain, key, iv, out) {
    const source = words(plain);
    const target = words(out);
    if (!source || !target) {
      const copy = Uint8Array.from(plain);
      jsIge.encryptIge(copy, key, iv, copy);
      out.set(copy);
      return;
    }
    const before = wordsOf(iv.subarray(16));
    const mixed = new Int32Array(source.length);
    for (let i = 0; i < 4; i++) mixed[i] = at(source, i);
    for (let i = 4; i < 8 && i < source.length; i++) mixed[i] = at(source, i) ^ at(before, i - 4);
    for (let i = 8; i < source.length; i++) mixed[i] = at(source, i) ^ at(source, i - 8);
    const cipher = createCipheriv('aes-256-cbc', key, iv.subarray(0, 16)).setAutoPadding(false);
    const chained = wordsOf(cipher.update(mixed));
    // From the end, so that `out` may be `plain`.
    for (let i = source.length - 1; i >= 4; i--) target[i] = at(chained, i) ^ at(source, i - 4);
    for (let i = 0; i < 4 && i < source.length; i++) target[i] = at(chained, i) ^ at(before, i);
  },
  decryptIge(encrypted, key, iv, out) {
    const target = words(out);
    if (target) {
      decryptIgeBlocks(wordsOf(encrypted), target, key, wordsOf(iv).slice());
      return;
    }
    const copy = Uint8Array.from(encrypted);
    jsIge.decryptIge(copy, key, iv, copy);
    out.set(copy);
  },
};

/** The bytes as 32-bit words in place; undefined when they don't lie on a word's boundary. */
function words(bytes: Uint8Array): Int32Array | undefined {
  return bytes.byteOffset % 4 === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : undefined;
}

/** The bytes as 32-bit words, in place where they can be. */
function wordsOf(bytes: Uint8Array): Int32Array {
  return words(bytes) ?? new Int32Array(Uint8Array.from(bytes).buffer);
}

function at(array: Int32Array, index: number): number {
  return array[index] as number;
}
