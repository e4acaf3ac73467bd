import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { sha1 } from '../hashes.js';
import { TlWriter } from './tl-bytes.js';

/** The server's RSA key, which clients must know before they connect. */
export interface ServerKey {
  /** The lower 64 bits of SHA1 over the TL strings n and e. */
  readonly fingerprint: bigint;
  readonly publicKeyPem: string;
  readonly spkiPem: string;
  readonly privateKeyPem: string;
  /** m = c^d mod n over 256 bytes. Throws when c is not below n. */
  decrypt(encrypted: Buffer): Buffer;
}

/** The key of `privateKeyPem`, or a fresh 2048-bit one. */
export async function loadServerKey(privateKeyPem?: string): Promise<ServerKey> {
  const privateKey = privateKeyPem
    ? createPrivateKey(privateKeyPem)
    : (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
  const publicKey = createPublicKey(privateKey);
  return {
    fingerprint: fingerprintOf(publicKey),
    publicKeyPem: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    spkiPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    decrypt: (encrypted) => privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encrypted),
  };
}

/** The fingerprint that resPQ offers and req_DH_params chooses, as a signed 64-bit number. */
export function fingerprintOf(publicKey: KeyObject): bigint {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const bytes = new TlWriter()
    .string(Buffer.from(n, 'base64url'))
    .string(Buffer.from(e, 'base64url'))
    .finish();
  return sha1(bytes).readBigInt64LE(12);
}
