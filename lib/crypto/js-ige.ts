import { type Cipher, createCipheriv } from 'node:crypto';
import { decryptIgeBlocks } from './aes-blocks.js';
import type { IgeCipher } from './message-crypto.js';

/** How many words are mixed at once: a larger buffer would come fresh from the system and cost more than the cipher. */
const CHUNK_WORDS = 8_192;

/**
 * c[i] = E(p[i] ^ c[i-1]) ^ p[i-1]. OpenSSL encrypts in CBC mode: with d[i] = c[i] ^ p[i-1], d[i] = E(p[i] ^ p[i-2] ^
 * d[i-1]). None of its modes chains the inverse cipher, so decryption is JavaScript.
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
    const cipher = createCipheriv('aes-256-cbc', key, iv.subarray(0, 16)).setAutoPadding(false);
    // p[-2] is zero, since E's first input has c[-1], which CBC mixes in, and nothing else.
    const before = new Int32Array(8);
    before.set(wordsOf(iv.subarray(16)), 4);
    const mixed = new Int32Array(Math.min(CHUNK_WORDS, source.length));
    for (let at = 0; at < source.length; at += CHUNK_WORDS) {
      const chunk = source.subarray(at, at + CHUNK_WORDS);
      encryptChunk(cipher, chunk, before, mixed.subarray(0, chunk.length), target.subarray(at));
    }
  },
  decryptIge(encrypted, key, iv, out) {
    const target = words(out);
    if (target) {
      decryptIgeBlocks(wordsOf(encrypted), target, key, wordsOf(iv));
      return;
    }
    const copy = Uint8Array.from(encrypted);
    jsIge.decryptIge(copy, key, iv, copy);
    out.set(copy);
  },
};

/** `before` holds the two blocks of plaintext before the chunk, and the chunk's last two afterwards. */
function encryptChunk(
  cipher: Cipher,
  source: Int32Array,
  before: Int32Array,
  mixed: Int32Array,
  target: Int32Array,
): void {
  const { length } = source;
  for (let i = 0; i < 8 && i < length; i++) mixed[i] = at(source, i) ^ at(before, i);
  for (let i = 8; i < length; i++) mixed[i] = at(source, i) ^ at(source, i - 8);
  const chained = wordsOf(cipher.update(mixed));
  const first = before.slice(4);
  before.copyWithin(0, 4);
  before.set(source.subarray(Math.max(0, length - 8)), length < 8 ? 4 : 0);
  // Backwards, so that `target` may be `source`.
  for (let i = length - 1; i >= 4; i--) target[i] = at(chained, i) ^ at(source, i - 4);
  for (let i = 0; i < 4; i++) target[i] = at(chained, i) ^ at(first, i);
}

/** The bytes as 32-bit words in place; undefined when they don't lie on a word's boundary. */
function words(bytes: Uint8Array): Int32Array | undefined {
  return bytes.byteOffset % 4 === 0
    ? new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : undefined;
}

/** The bytes as 32-bit words, in place if possible. */
function wordsOf(bytes: Uint8Array): Int32Array {
  return words(bytes) ?? new Int32Array(Uint8Array.from(bytes).buffer);
}

function at(array: Int32Array, index: number): number {
  return array[index] as number;
}
