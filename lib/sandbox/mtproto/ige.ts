import { jsIge } from '../../crypto/js-ige.js';

/** AES-256-IGE over the few bytes of a key exchange; messages go through MessageCrypto. */
export function encryptIge(plain: Buffer, key: Buffer, iv: Buffer): Buffer {
  const out = Buffer.allocUnsafe(plain.length);
  jsIge.encryptIge(plain, key, iv, out);
  return out;
}

/** The inverse of {@link encryptIge}. */
export function decryptIge(encrypted: Buffer, key: Buffer, iv: Buffer): Buffer {
  const out = Buffer.allocUnsafe(encrypted.length);
  jsIge.decryptIge(encrypted, key, iv, out);
  return out;
}
