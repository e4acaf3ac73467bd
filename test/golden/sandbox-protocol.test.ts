import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import type { Random } from '../../lib/base/random.js';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import { messageKeys } from '../../lib/crypto/messages.js';
import { bindTempKey } from '../../lib/sandbox/mtproto/bind-temp-key.js';
import { DhGroup, isInRange } from '../../lib/sandbox/mtproto/dh.js';
import { messageKeysV1, openEnvelope } from '../../lib/sandbox/mtproto/envelope.js';
import { exchangeKeys } from '../../lib/sandbox/mtproto/handshake.js';
import { decryptIge, encryptIge } from '../../lib/sandbox/mtproto/ige.js';
import { openInnerData } from '../../lib/sandbox/mtproto/inner-data.js';
import { authKeyId, KeyStore } from '../../lib/sandbox/mtproto/key-store.js';
import { fingerprintOf, loadServerKey } from '../../lib/sandbox/mtproto/rsa.js';
import { GENERATOR, PRIME } from '../../lib/sandbox/prime.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { challenge, proves } from '../../lib/sandbox/world/srp.js';
import { fromHex, gotd, published, publishedBytes, telethon, testKeyPem } from './vectors.js';

const crypto = chooseCrypto();
const hex = (bytes: Buffer): string => bytes.toString('hex');
const pair = ({ aesKey, aesIv }: { aesKey: Buffer; aesIv: Buffer }): { key: string; iv: string } => ({
  key: hex(aesKey),
  iv: hex(aesIv),
});

test("AES-IGE gives the same bytes as Telethon's, in both directions", () => {
  for (const { key, iv, plain, cipher } of telethon.ige) {
    assert.equal(hex(encryptIge(fromHex(plain), fromHex(key), fromHex(iv))), cipher);
    assert.equal(hex(decryptIge(fromHex(cipher), fromHex(key), fromHex(iv))), plain);
  }
});

test('the keys of a message by MTProto 2.0 and 1.0, and the id of an auth key, match the vectors', () => {
  for (const { authKey, keyId, msgKey, toServer, toClient } of telethon.keys) {
    assert.equal(authKeyId(fromHex(authKey)), fromHex(keyId).readBigInt64LE(0));
    for (const [sender, expected] of [
      ['client', toServer],
      ['server', toClient],
    ] as const) {
      const { key, iv } = messageKeys(fromHex(authKey), fromHex(msgKey), sender);
      assert.deepEqual({ key: hex(key), iv: hex(iv) }, expected);
    }
  }
  for (const { authKey, msgKey, toServer } of gotd.keysV1) {
    assert.deepEqual(pair(messageKeysV1(fromHex(authKey), fromHex(msgKey))), toServer);
  }
});

test("Telethon's messages are opened, and none with a flipped bit", () => {
  for (const { authKey, salt, sessionId, messageId, sequence, body, encrypted } of telethon.messages) {
    const packet = fromHex(encrypted);
    const envelope = openEnvelope(crypto, packet, fromHex(authKey));
    assert.equal(envelope.salt, BigInt(salt));
    assert.equal(envelope.sessionId, BigInt(sessionId));
    assert.equal(envelope.msgId, BigInt(messageId));
    assert.equal(envelope.seqno, sequence);
    assert.equal(hex(envelope.body), body);
    for (const at of [8, 23, 24, packet.length - 1]) {
      const turned = Buffer.from(packet);
      turned.writeUInt8(turned.readUInt8(at) ^ 1, at);
      assert.throws(
        () => openEnvelope(crypto, turned, fromHex(authKey)),
        { name: 'EnvelopeError' },
        `byte ${at}`,
      );
    }
  }
});

test('fingerprints of RSA keys match the vectors', async () => {
  for (const { modulus, exponent, fingerprint } of telethon.rsa.telegram) {
    const e = Buffer.from(exponent.toString(16).padStart(6, '0'), 'hex').toString('base64url');
    const n = fromHex(modulus).toString('base64url');
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    assert.equal(fingerprintOf(key), fromHex(fingerprint).readBigInt64LE(0));
  }
  const ours = await loadServerKey(testKeyPem);
  assert.equal(ours.fingerprint, fromHex(telethon.rsa.fingerprint).readBigInt64LE(0));
  assert.equal(ours.publicKeyPem, telethon.rsa.publicKeyPem);
});

test("gotd's RSA_PAD with the four forms of the inner data is opened, and so is Telethon's older padding", async () => {
  const { decrypt } = await loadServerKey(testKeyPem);
  for (const { form, encrypted, newNonce, tail } of gotd.rsaPad) {
    const inner = openInnerData(decrypt(fromHex(encrypted)));
    assert.ok(inner, form);
    assert.deepEqual(
      [hex(inner.pq), hex(inner.p), hex(inner.q)],
      ['17ed48941a08f981', '494c553b', '53911073'],
    );
    assert.equal(hex(inner.newNonce), newNonce, form);
    assert.deepEqual(
      [inner.dc, inner.expiresIn].filter((field) => field !== undefined),
      tail,
      form,
    );
  }
  const inner = openInnerData(decrypt(fromHex(telethon.rsa.encrypted)));
  assert.equal(inner?.pq.toString(), '12345678');
  assert.ok(fromHex(telethon.rsa.data).includes(inner.newNonce));
});

test('nothing is read from a block that was changed', async () => {
  const { decrypt } = await loadServerKey(testKeyPem);
  for (const encrypted of [gotd.rsaPad[0]?.encrypted, telethon.rsa.encrypted]) {
    const block = decrypt(fromHex(encrypted ?? ''));
    block.writeUInt8(block.readUInt8(30) ^ 1, 30);
    assert.equal(openInnerData(block), undefined);
  }
});

test('the exchange agrees with the vectors on temporary keys, prime, generator and the final key', () => {
  const cases = [
    ...telethon.nonces.map(
      (v) => [fromHex(v.newNonce), fromHex(v.serverNonce), { key: v.key, iv: v.iv }] as const,
    ),
    [
      publishedBytes('newNonce'),
      publishedBytes('serverNonce'),
      { key: published['tmpAesKey'], iv: published['tmpAesIv'] },
    ] as const,
  ];
  for (const [newNonce, serverNonce, expected] of cases) {
    assert.deepEqual(pair(exchangeKeys(newNonce, serverNonce)), expected);
  }
  const { aesKey, aesIv } = exchangeKeys(publishedBytes('newNonce'), publishedBytes('serverNonce'));
  assert.deepEqual(
    decryptIge(publishedBytes('encryptedAnswer'), aesKey, aesIv),
    publishedBytes('answerWithHash'),
  );

  assert.deepEqual(PRIME, publishedBytes('dhPrime'));
  assert.equal(GENERATOR, published.g);
  assert.ok(isInRange(publishedBytes('gA')) && isInRange(publishedBytes('gB')));
  // The page doesn't publish the server's a: so its b and g_b meet a fresh a.
  const half = new DhGroup().start();
  const number = (bytes: Buffer): bigint => BigInt(`0x${hex(bytes)}`);
  const agreed = power(number(half.gA), number(publishedBytes('b')), number(PRIME));
  assert.equal(number(half.computeKey(publishedBytes('gB'))), agreed);
});

test("a temporary key is bound by gotd's proof, and by no other", () => {
  const [vector] = gotd.bind;
  assert.ok(vector);
  const now = vector.expiresAt - 86_400;
  const bind = (changes: object = {}): boolean => {
    const keys = new KeyStore(2);
    const rest = { firstSalt: { salt: 1n, validUntil: now }, mediaOnly: false };
    const permanent = keys.add({ key: fromHex(vector.permanentKey), expiresAt: undefined, ...rest });
    const temporary = keys.add({ key: fromHex(vector.temporaryKey), expiresAt: vector.expiresAt, ...rest });
    assert.ok(permanent && temporary);
    const request = {
      permAuthKeyId: permanent.id,
      nonce: BigInt(vector.nonce),
      expiresAt: vector.expiresAt,
      encryptedMessage: fromHex(vector.encrypted),
      msgId: BigInt(vector.messageId),
      sessionId: BigInt(vector.sessionId),
    };
    bindTempKey(temporary, { ...request, ...changes }, keys, now);
    return temporary.owner !== undefined && temporary.owner === permanent.owner;
  };
  assert.ok(bind());
  for (const changes of [
    { nonce: 1n },
    { msgId: 4n },
    { sessionId: 5n },
    { expiresAt: vector.expiresAt + 1 },
  ]) {
    assert.throws(
      () => bind(changes),
      new RpcError(400, 'ENCRYPTED_MESSAGE_INVALID'),
      Object.keys(changes)[0],
    );
  }
});

test("Telethon's answer to a password question is accepted, and a wrong one is refused", () => {
  for (const vector of telethon.srp) {
    const chunks = [fromHex(vector.b), Buffer.alloc(8, 7)];
    const random = { bytes: () => chunks.shift() ?? Buffer.alloc(0) } as unknown as Random;
    const [salt1, salt2, verifier] = [fromHex(vector.salt1), fromHex(vector.salt2), fromHex(vector.verifier)];
    const password = { salt1, salt2, verifier, hint: '' };
    const question = challenge(password, random);
    assert.equal(hex(question.B), vector.srpB);
    const proof = fromHex(vector.M1);
    assert.ok(proves(password, question, fromHex(vector.A), proof));
    proof.writeUInt8(proof.readUInt8(0) ^ 1);
    assert.ok(!proves(password, question, fromHex(vector.A), proof));
  }
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}
