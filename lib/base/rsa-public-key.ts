import { createPublicKey, type KeyObject } from 'node:crypto';

/** A public RSA key of 2048 bits, its numbers big-endian. */
export interface RsaPublicKey {
  readonly modulus: Buffer;
  readonly exponent: Buffer;
}

/** The key can't be used: the message is what the PEM text holds instead, from its verb on. */
export class UnusableKey extends Error {}

/** MTProto's RSA_PAD encrypts 256 bytes (core.telegram.org/mtproto/auth_key). */
const BITS = 2048;

/**
 * Reads a public key in PEM, PKCS#1 (`RSA PUBLIC KEY`) or SPKI (`PUBLIC KEY`).
 * @throws UnusableKey for anything else, including a private key, though the public one could be derived from it.
 */
export function readRsaPublicKey(pem: string): RsaPublicKey {
  if (pem.includes('PRIVATE KEY'))
    throw new UnusableKey('holds a private key; TelePi needs only the public one');
  const key = parsed(pem);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type !== 'rsa' || details?.modulusLength !== BITS) {
    const found = type === 'rsa' ? `an RSA key of ${details?.modulusLength} bits` : `${type}`;
    throw new UnusableKey(`holds ${found}; MTProto needs a public RSA key of ${BITS} bits`);
  }
  const { n = '', e = '' } = key.export({ format: 'jwk' });
  return { modulus: Buffer.from(n, 'base64url'), exponent: Buffer.from(e, 'base64url') };
}

function parsed(pem: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    const found = 'holds no public key in PEM form (BEGIN PUBLIC KEY or BEGIN RSA PUBLIC KEY)';
    throw new UnusableKey(found, { cause });
  }
}
