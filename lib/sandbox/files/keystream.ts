import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

const BLOCK = 16;

/** One key for all seeds, so that any block of content can be turned back into its seed's nonce and its place. */
const KEY = createHash('sha256').update('telepi sandbox file contents').digest().subarray(0, BLOCK);

/** The 64 bits that stand for a seed: the upper half of every counter block. */
export function nonceOf(seed: string): bigint {
  return createHash('sha256').update(seed).digest().readBigUInt64BE(0);
}

/**
 * `length` bytes from `offset` of the content that `nonce` stands for: AES-128-CTR, random access, about 2 GB/s.
 * Nothing is held, whatever the offset (up to 2^53).
 */
export function keystream(nonce: bigint, offset: number, length: number): Buffer {
  const skip = offset % BLOCK;
  const iv = Buffer.alloc(BLOCK);
  iv.writeBigUInt64BE(nonce, 0);
  iv.writeBigUInt64BE(BigInt((offset - skip) / BLOCK), 8);
  const bytes = createCipheriv('aes-128-ctr', KEY, iv).update(Buffer.alloc(skip + length));
  return skip === 0 ? bytes : bytes.subarray(skip);
}

/** What `block` (16 bytes) would be, were it a block of some seed's content: whose, and at which offset. */
export function originOfBlock(block: Buffer): { nonce: bigint; offset: number } {
  const decipher = createDecipheriv('aes-128-ecb', KEY, null);
  decipher.setAutoPadding(false);
  const counter = decipher.update(block);
  return { nonce: counter.readBigUInt64BE(0), offset: Number(counter.readBigUInt64BE(8)) * BLOCK };
}

/**
 * The nonces and offsets that `bytes` may have come from, asked of its first and last whole block: a part begins at
 * a multiple of 1 KiB, so both are aligned. Guesses, to be proved by comparing.
 */
export function guessOrigins(bytes: Buffer): { nonce: bigint; offset: number }[] {
  const lastBlock = Math.floor(bytes.length / BLOCK) - 1;
  if (lastBlock < 0) return [];
  const guesses = [0, lastBlock].map((block) => {
    const at = block * BLOCK;
    const { nonce, offset } = originOfBlock(bytes.subarray(at, at + BLOCK));
    return { nonce, offset: offset - at };
  });
  return guesses.filter((guess) => guess.offset >= 0);
}
