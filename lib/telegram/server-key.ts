import { createHash } from 'node:crypto';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { readRsaPublicKey } from '../base/rsa-public-key.js';
import { TlWriter } from '../mtproto/tl.js';
import { toLong } from './long.js';

/** An RSA key by which a server proves itself in the auth-key exchange. */
export interface ServerKey {
  /** The lower 64 bits of the SHA-1 of the key's TL form (rsa_public_key), signed. */
  readonly fingerprint: bigint;
  readonly modulus: bigint;
  readonly exponent: number;
}

/** The key in a PEM text. Throws as readRsaPublicKey does: settings have made sure of their own. */
export function serverKeyOf(pem: string): ServerKey {
  const { modulus, exponent } = readRsaPublicKey(pem);
  const tl = new TlWriter().string(modulus).string(exponent).finish();
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
    const { fingerprint } = serverKeyOf(server.publicKeyPem);
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
