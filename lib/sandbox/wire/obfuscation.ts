import { createCipheriv, createDecipheriv } from 'node:crypto';

/** The two key streams of an obfuscated connection; each continues over all bytes of its direction. */
export interface Obfuscation {
  /** The transport identifier from the header: 0xefefefef, 0xeeeeeeee or 0xdddddddd. */
  readonly transport: number;
  decrypt(bytes: Buffer): Buffer;
  encrypt(bytes: Buffer): Buffer;
}

export const OBFUSCATION_HEADER_BYTES = 64;

/**
 * Reads the 64 bytes that open an obfuscated connection (obfuscated2 of core.telegram.org/mtproto/mtproto-transports):
 * key 8..40 and counter 40..56, unchanged for the client's bytes, and reversed for the server's. The header uses up the
 * key stream's first 64 bytes. Its bytes 60..62 name a DC, which only proxies need.
 */
export function openObfuscation(header: Buffer): Obfuscation {
  const secret = header.subarray(8, 56);
  const reversed = Buffer.from(secret).reverse();
  const decipher = createDecipheriv('aes-256-ctr', secret.subarray(0, 32), secret.subarray(32));
  const cipher = createCipheriv('aes-256-ctr', reversed.subarray(0, 32), reversed.subarray(32));
  const plain = decipher.update(header);
  return {
    transport: plain.readUInt32LE(56),
    decrypt: (bytes) => decipher.update(bytes),
    encrypt: (bytes) => cipher.update(bytes),
  };
}
