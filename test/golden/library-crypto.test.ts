import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Api } from 'telegram';
import { AuthKey } from 'telegram/crypto/AuthKey.js';
import { IGE } from 'telegram/crypto/IGE.js';
import { _serverKeys, encrypt as encryptRsa } from 'telegram/crypto/RSA.js';
import { BinaryWriter } from 'telegram/extensions/BinaryWriter.js';
import { Logger } from 'telegram/extensions/Logger.js';
import {
  generateKeyDataFromNonce,
  readBigIntFromBuffer,
  readBufferFromBigInt,
  returnBigInt,
} from 'telegram/Helpers.js';
import { MTProtoState } from 'telegram/network/MTProtoState.js';
import { computeCheck } from 'telegram/Password.js';
import { fromHex, publishedBytes, telethon } from './vectors.js';

const { ige, keys, messages, nonces, rsa, srp } = telethon;
const hex = (bytes: Buffer): string => bytes.toString('hex');
const littleEndian = (bytes: Buffer): ReturnType<typeof returnBigInt> =>
  readBigIntFromBuffer(bytes, true, true);

/** While the test runs, random bytes are these, in this order. */
function drawn(t: TestContext, ...chunks: Buffer[]): void {
  const next = (count: number): Buffer => {
    const chunk = chunks.shift();
    assert.equal(chunk?.length, count);
    return chunk as Buffer;
  };
  t.mock.method(crypto, 'randomBytes', next as typeof crypto.randomBytes);
  const fill = (bytes: Buffer, offset: number, count: number): Buffer => {
    next(count).copy(bytes, offset);
    return bytes;
  };
  t.mock.method(crypto, 'randomFillSync', fill as unknown as typeof crypto.randomFillSync);
}

test("AES-IGE gives the same bytes as Telethon's, in both directions", () => {
  for (const { key, iv, plain, cipher } of ige) {
    const cbc = (): IGE => new IGE(fromHex(key), fromHex(iv));
    assert.equal(hex(cbc().encryptIge(fromHex(plain))), cipher);
    assert.equal(hex(cbc().decryptIge(fromHex(cipher))), plain);
  }
});

test('keys, their ids and the hashes of the new nonce match the vectors', async () => {
  for (const vector of keys) {
    const key = new AuthKey();
    await key.setKey(fromHex(vector.authKey));
    assert.ok(key.keyId);
    assert.equal(hex(readBufferFromBigInt(key.keyId, 8)), vector.keyId);
    assert.equal(hex(readBufferFromBigInt(Reflect.get(key, 'auxHash'), 8)), vector.auxHash);
    for (const [index, expected] of vector.newNonceHashes.entries()) {
      const hash = await key.calcNewNonceHash(littleEndian(fromHex(vector.newNonce)), index + 1);
      assert.ok(
        littleEndian(fromHex(expected)).equals(hash as typeof key.keyId),
        `new_nonce_hash${index + 1}`,
      );
    }
    const state = new MTProtoState(key, new Logger());
    for (const [client, { key: aesKey, iv }] of [
      [true, vector.toServer],
      [false, vector.toClient],
    ] as const) {
      const found = state._calcKey(fromHex(vector.authKey), fromHex(vector.msgKey), client);
      assert.deepEqual([hex(found.key), hex(found.iv)], [aesKey, iv]);
    }
  }
});

test('the keys of the exchange are derived from the nonces', async () => {
  for (const { serverNonce, newNonce, key, iv } of nonces) {
    const found = await generateKeyDataFromNonce(
      littleEndian(fromHex(serverNonce)),
      littleEndian(fromHex(newNonce)),
    );
    assert.deepEqual([hex(found.key), hex(found.iv)], [key, iv]);
  }
});

test('a whole message is encrypted to the same bytes', async (t) => {
  for (const vector of messages) {
    const key = new AuthKey();
    await key.setKey(fromHex(vector.authKey));
    const state = new MTProtoState(key, new Logger());
    state.salt = returnBigInt(vector.salt);
    Reflect.set(state, 'id', returnBigInt(vector.sessionId));
    Reflect.set(state, '_sequence', (vector.sequence - 1) / 2);
    const message = new BinaryWriter(Buffer.alloc(0));
    await state.writeDataAsMessage(
      message,
      fromHex(vector.body),
      true,
      undefined,
      returnBigInt(vector.messageId),
    );
    drawn(t, fromHex(vector.padding));
    assert.equal(hex(await state.encryptMessageData(message.getValue())), vector.encrypted);
    t.mock.restoreAll();
  }
});

test('the published RSA key has its known fingerprint, and the padding used before RSA_PAD works', async (t) => {
  assert.ok(_serverKeys.has(littleEndian(publishedBytes('fingerprint')).toString()));

  const fingerprint = littleEndian(fromHex(rsa.fingerprint));
  const { n = '' } = crypto.createPublicKey(rsa.publicKeyPem).export({ format: 'jwk' });
  const modulus = readBigIntFromBuffer(Buffer.from(n, 'base64url'), false);
  _serverKeys.set(fingerprint.toString(), { n: modulus, e: 65537 });
  t.after(() => _serverKeys.delete(fingerprint.toString()));
  drawn(t, fromHex(rsa.padding));
  const encrypted = await encryptRsa(fingerprint, fromHex(rsa.data));
  assert.equal(encrypted && hex(encrypted), rsa.encrypted);
});

test('a password is proven by SRP with the same numbers', async (t) => {
  for (const vector of srp) {
    const algorithm = new Api.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow({
      salt1: fromHex(vector.salt1),
      salt2: fromHex(vector.salt2),
      g: vector.g,
      p: fromHex(vector.p),
    });
    const question = new Api.account.Password({
      newAlgo: algorithm,
      newSecureAlgo: new Api.SecurePasswordKdfAlgoUnknown(),
      secureRandom: Buffer.alloc(0),
      hasPassword: true,
      currentAlgo: algorithm,
      srp_B: fromHex(vector.srpB),
      srpId: returnBigInt(vector.srpId),
    });
    drawn(t, fromHex(vector.a));
    const check = await computeCheck(question, vector.password);
    t.mock.restoreAll();
    assert.ok(check instanceof Api.InputCheckPasswordSRP);
    assert.deepEqual([hex(check.A), hex(check.M1)], [vector.A, vector.M1]);
  }
});
