import { sha1, sha256, xor } from '../hashes.js';
import { Tl } from './constructors.js';
import { decryptIge } from './ige.js';
import { TlReader } from './tl-bytes.js';

/** P_Q_inner_data in any of its four forms. */
export interface InnerData {
  readonly pq: Buffer;
  readonly p: Buffer;
  readonly q: Buffer;
  readonly nonce: Buffer;
  readonly serverNonce: Buffer;
  readonly newNonce: Buffer;
  /** The DC that the client means; undefined in the forms without it. */
  readonly dc: number | undefined;
  /** How many seconds a temporary key should live; undefined for a permanent key. */
  readonly expiresIn: number | undefined;
}

/**
 * Removes the padding from RSA's output: RSA_PAD (AES-IGE under a key that is hidden in the hash of the ciphertext), or
 * the older SHA1, data, random bytes. Undefined when it is neither.
 */
export function openInnerData(decrypted: Buffer): InnerData | undefined {
  const block = Buffer.alloc(256);
  decrypted.copy(block, 256 - decrypted.length);
  return openPadded(block) ?? openHashed(block);
}

/** Reverses RSA_PAD of core.telegram.org/mtproto/auth_key, step 4.1. */
function openPadded(block: Buffer): InnerData | undefined {
  const encrypted = block.subarray(32);
  const tempKey = xor(block.subarray(0, 32), sha256(encrypted));
  const dataWithHash = decryptIge(encrypted, tempKey, Buffer.alloc(32));
  const data = Buffer.from(dataWithHash.subarray(0, 192)).reverse();
  if (!sha256(tempKey, data).equals(dataWithHash.subarray(192))) return undefined;
  return readInnerData(data)?.data;
}

/** The padding used before RSA_PAD: a zero byte, SHA1(data), data, random bytes up to 255. */
function openHashed(block: Buffer): InnerData | undefined {
  const data = block.subarray(21);
  const read = readInnerData(data);
  if (!read || !sha1(data.subarray(0, read.length)).equals(block.subarray(1, 21))) return undefined;
  return read.data;
}

function readInnerData(bytes: Buffer): { data: InnerData; length: number } | undefined {
  const reader = new TlReader(bytes);
  try {
    const form = reader.uint();
    const hasDc = form === Tl.p_q_inner_data_dc || form === Tl.p_q_inner_data_temp_dc;
    const temporary = form === Tl.p_q_inner_data_temp || form === Tl.p_q_inner_data_temp_dc;
    if (!hasDc && !temporary && form !== Tl.p_q_inner_data) return undefined;
    const data = {
      pq: reader.string(),
      p: reader.string(),
      q: reader.string(),
      nonce: reader.raw(16),
      serverNonce: reader.raw(16),
      newNonce: reader.raw(32),
      dc: hasDc ? reader.int() : undefined,
      expiresIn: temporary ? reader.int() : undefined,
    };
    return { data, length: reader.offset };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
