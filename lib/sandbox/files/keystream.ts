import { type Cipher, createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { MIB } from '../../base/bytes.js';

const BLOCK = 16;

/** One key for all seeds, so that any block of content can be turned back into its seed's nonce and its place. */
const KEY = createHash('sha256').update('telepi sandbox file contents').digest().subarray(0, BLOCK);

/** The 64 bits that stand for a seed: the upper half of every counter block. */
export function nonceOf(seed: string): bigint {
  return createHash('sha256').update(seed).digest().readBigUInt64BE(0);
}

/** Zeros: enciphered, they become the keystream itself; deciphered content becomes zeros again. */
const ZEROS = Buffer.alloc(MIB + BLOCK);

/**
 * `length` bytes from `offset` of the content that `nonce` stands for: AES-128-CTR, with random access, about 2 GB/s.
 * It holds nothing, whatever the offset (up to 2^53).
 */
export function keystream(nonce: bigint, offset: number, length: number): Buffer {
  const skip = offset % BLOCK;
  const zeros =
    skip + length <= ZEROS.length ? ZEROS.subarray(0, skip + length) : Buffer.alloc(skip + length);
  const bytes = cipherAt(nonce, (offset - skip) / BLOCK).update(zeros);
  return skip === 0 ? bytes : bytes.subarray(skip);
}

/**
 * Whether `bytes` are the content that `nonce` stands for, from `offset` on: twice as fast as making and comparing it.
 */
export function isKeystream(nonce: bigint, offset: number, bytes: Buffer): boolean {
  if (offset % BLOCK !== 0 || bytes.length > ZEROS.length) {
    return keystream(nonce, offset, bytes.length).equals(bytes);
  }
  const difference = cipherAt(nonce, offset / BLOCK).update(bytes);
  return difference.equals(ZEROS.subarray(0, bytes.length));
}

function cipherAt(nonce: bigint, block: number): Cipher {
  const iv = Buffer.alloc(BLOCK);
  iv.writeBigUInt64BE(nonce, 0);
  iv.writeBigUInt64BE(BigInt(block), 8);
  return createCipheriv('aes-128-ctr', KEY, iv);
}

/** The seed and offset that `block` (16 bytes) would belong to if it were a block of some seed's content. */
function originOfBlock(block: Buffer): { nonce: bigint; offset: number } {
  const decipher = createDecipheriv('aes-128-ecb', KEY, null);
  decipher.setAutoPadding(false);
  const counter = decipher.update(block);
  return { nonce: counter.readBigUInt64BE(0), offset: Number(counter.readBigUInt64BE(8)) * BLOCK };
}

/**
 * The nonces and offsets that `bytes` may have come from, judging by its first and last whole block: a part begins at a
 * multiple of 1 KiB, so both are aligned. These are guesses, to be proved by comparison.
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
