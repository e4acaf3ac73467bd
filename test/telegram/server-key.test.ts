import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { serverKeyOf, trustServerKey } from '../../lib/telegram/server-key.js';

function pemOf(n: bigint, e: number, type: 'pkcs1' | 'spki'): string {
  const hex = n.toString(16);
  const jwk = {
    kty: 'RSA',
    n: Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url'),
    e: Buffer.from(e.toString(16).padStart(6, '0'), 'hex').toString('base64url'),
  };
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ type, format: 'pem' }).toString();
}

test('fingerprints match the ones that Telegram publishes for its own keys, from PKCS#1 and SPKI', () => {
  const published = [..._serverKeys].map(([fingerprint, { n, e }]) => ({
    fingerprint,
    n: BigInt(n.toString()),
    e,
  }));
  assert.ok(published.some(({ fingerprint }) => fingerprint === '-3414540481677951611')); // 0xd09d1d85de64fd85
  for (const { fingerprint, n, e } of published) {
    for (const type of ['pkcs1', 'spki'] as const) {
      const key = serverKeyOf(pemOf(n, e, type));
      assert.deepEqual([String(key.fingerprint), key.modulus, key.exponent], [fingerprint, n, e]);
    }
  }
});

test('a trusted key is found by the library under its fingerprint', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = serverKeyOf(publicKey.export({ type: 'pkcs1', format: 'pem' }).toString());
  trustServerKey(key);
  const held = _serverKeys.get(key.fingerprint.toString());
  assert.equal(held?.n.toString(), key.modulus.toString());
  assert.equal(held?.e, 65537);
});
