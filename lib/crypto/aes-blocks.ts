import { aesTables, decryptionKey, joinBytes } from './aes-tables.js';

/**
 * AES-256 decryption of IGE-chained blocks in 32-bit little-endian words: p[i] = D(c[i] ^ p[i-1]) ^ c[i-1].
 * `chain` holds c[-1] in its first four words and p[-1] in its last four. Signed words throughout, since V8 keeps
 * those unboxed. FIPS 197 section 5.3.5, the equivalent inverse cipher.
 */
export function decryptIgeBlocks(
  input: Int32Array,
  output: Int32Array,
  key: Uint8Array,
  chain: Int32Array,
): void {
  const { inverse, decrypt } = aesTables;
  const [t0, t1, t2, t3] = decrypt;
  const k = decryptionKey(key);
  let [c0 = 0, c1 = 0, c2 = 0, c3 = 0, p0 = 0, p1 = 0, p2 = 0, p3 = 0] = chain;
  for (let at = 0; at < input.length; at += 4) {
    const i0 = input[at] as number;
    const i1 = input[at + 1] as number;
    const i2 = input[at + 2] as number;
    const i3 = input[at + 3] as number;
    let a = i0 ^ p0 ^ (k[0] as number);
    let b = i1 ^ p1 ^ (k[1] as number);
    let c = i2 ^ p2 ^ (k[2] as number);
    let d = i3 ^ p3 ^ (k[3] as number);
    for (let r = 4; r < 56; r += 4) {
      const e = look(t0, a, 0) ^ look(t1, d, 8) ^ look(t2, c, 16) ^ look(t3, b, 24) ^ (k[r] as number);
      const f = look(t0, b, 0) ^ look(t1, a, 8) ^ look(t2, d, 16) ^ look(t3, c, 24) ^ (k[r + 1] as number);
      const g = look(t0, c, 0) ^ look(t1, b, 8) ^ look(t2, a, 16) ^ look(t3, d, 24) ^ (k[r + 2] as number);
      d = look(t0, d, 0) ^ look(t1, c, 8) ^ look(t2, b, 16) ^ look(t3, a, 24) ^ (k[r + 3] as number);
      a = e;
      b = f;
      c = g;
    }
    p0 = joinBytes(inverse, a, d, c, b) ^ (k[56] as number) ^ c0;
    p1 = joinBytes(inverse, b, a, d, c) ^ (k[57] as number) ^ c1;
    p2 = joinBytes(inverse, c, b, a, d) ^ (k[58] as number) ^ c2;
    p3 = joinBytes(inverse, d, c, b, a) ^ (k[59] as number) ^ c3;
    output[at] = p0;
    output[at + 1] = p1;
    output[at + 2] = p2;
    output[at + 3] = p3;
    c0 = i0;
    c1 = i1;
    c2 = i2;
    c3 = i3;
  }
}

function look(table: Int32Array, word: number, shift: number): number {
  return table[(word >>> shift) & 255] as number;
}
