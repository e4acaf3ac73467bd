import { createHash } from 'node:crypto';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { messageOf, UsageError } from '../base/errors.js';
import { type RsaPublicKey, readRsaPublicKey } from '../base/rsa-public-key.js';
import { toLong } from './long.js';

/** An RSA key by which a server proves itself in the auth-key exchange. */
export interface ServerKey {
  /** The lower 64 bits of the SHA-1 of the key's TL form (rsa_public_key), signed. */
  readonly fingerprint: bigint;
  readonly modulus: bigint;
  readonly exponent: number;
}

/**
 * Reads a public key in PEM: see readRsaPublicKey. Throws UsageError when the text is something else, or the key isn't
 * RSA of 2048 bits.
 */
export function readServerKey(pem: string): ServerKey {
  const { modulus, exponent } = keyIn(pem);
  const tl = Buffer.concat([tlBytes(modulus), tlBytes(exponent)]);
  return {
    fingerprint: createHash('sha1').update(tl).digest().readBigInt64LE(12),
    modulus: BigInt(`0x${modulus.toString('hex')}`),
    exponent: Number.parseInt(exponent.toString('hex'), 16),
  };
}

/**
 * The identity of a Telegram server, which keeps the ids of different ones apart: undefined for Telegram itself, `test`
 * for its test servers, and for another server its key's fingerprint in 16 hex digits.
 */
export function serverIdentity({
  server,
  testDc,
}: {
  readonly server?: { readonly publicKeyPem: string } | undefined;
  readonly testDc: boolean;
}): string | undefined {
  if (server) {
    const { fingerprint } = readServerKey(server.publicKeyPem);
    return BigInt.asUintN(64, fingerprint).toString(16).padStart(16, '0');
  }
  return testDc ? 'test' : undefined;
}

/**
 * Adds `key` to the keys that the library accepts in a key exchange. The library keeps them for the whole process,
 * so the key is accepted by every client in it.
 */
export function trustServerKey(key: ServerKey): void {
  _serverKeys.set(key.fingerprint.toString(), {
    n: toLong(key.modulus),
    e: key.exponent,
  });
}

/** Whether a key of this fingerprint is accepted in a key exchange. */
export function isTrusted(fingerprint: bigint): boolean {
  return _serverKeys.has(fingerprint.toString());
}

function keyIn(pem: string): RsaPublicKey {
  try {
    return readRsaPublicKey(pem);
  } catch (cause) {
    throw new UsageError(
      'BAD_SERVER_KEY',
      `TG_SERVER_KEY must name a PEM file with the server's RSA public key, but its file ${messageOf(cause)}.`,
      { cause },
    );
  }
}

/** TL's `bytes`: a length of one byte below 254, else 254 and three bytes; padded to a multiple of four. */
function tlBytes(data: Buffer): Buffer {
  const head = Buffer.alloc(data.length < 254 ? 1 : 4);
  if (data.length < 254) head.writeUInt8(data.length);
  else head.writeUInt32LE(data.length * 256 + 254);
  return Buffer.concat([head, data, Buffer.alloc((4 - ((head.length + data.length) % 4)) % 4)]);
}
