import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from 'telegram';
import { AuthKey } from 'telegram/crypto/AuthKey.js';
import { Logger } from 'telegram/extensions/Logger.js';
import { returnBigInt } from 'telegram/Helpers.js';
import type { MTProtoSender } from 'telegram/network/MTProtoSender.js';
import { MTProtoState } from 'telegram/network/MTProtoState.js';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import { useCrypto } from '../../lib/telegram/sender-crypto.js';
import { fromHex, telethon } from '../golden/vectors.js';

const crypto = chooseCrypto();
const SESSION = -7_000_000_000_000_000_001n;

async function stateOf(authKey: Buffer): Promise<MTProtoState> {
  const key = new AuthKey();
  await key.setKey(authKey);
  const state = new MTProtoState(key, new Logger(), true);
  state.salt = returnBigInt('-5');
  Reflect.set(state, 'id', returnBigInt(SESSION.toString()));
  useCrypto({ _state: state } as unknown as MTProtoSender, crypto);
  return state;
}

/** A server's message around a body, sealed. */
function answer(
  authKey: Buffer,
  keyId: Buffer,
  body: Buffer,
  change: { session?: bigint; msgId?: bigint; length?: number; padding?: number } = {},
): Buffer {
  const { session = SESSION, msgId = 7_000_000_000_000_000_001n, length = body.length } = change;
  const padding = change.padding ?? 12 + (-(32 + body.length + 12) & 15);
  const packet = Buffer.alloc(24 + 32 + body.length + padding);
  keyId.copy(packet);
  packet.writeBigInt64LE(session, 32);
  packet.writeBigInt64LE(msgId, 40);
  packet.writeInt32LE(3, 48);
  packet.writeInt32LE(length, 52);
  body.copy(packet, 56);
  crypto.sealMessage(packet, authKey, 'server');
  return packet;
}

const vector = telethon.keys[0];
assert.ok(vector);
const authKey = fromHex(vector.authKey);
const keyId = fromHex(vector.keyId);
const pong = new Api.NearestDc({ country: 'NL', thisDc: 2, nearestDc: 4 }).getBytes();

test('what the client seals, another implementation of the protocol opens', async () => {
  const state = await stateOf(authKey);
  const data = Buffer.alloc(16 + 40, 9);
  const packet = await state.encryptMessageData(data);
  assert.deepEqual(packet.subarray(0, 8), keyId);
  const plain = Buffer.alloc(packet.length - 24);
  assert.ok(chooseCrypto('js').openMessage(packet, authKey, 'client', plain));
  assert.equal(plain.readBigInt64LE(0), -5n);
  assert.equal(plain.readBigInt64LE(8), SESSION);
  assert.deepEqual(plain.subarray(16, 16 + data.length), data);
  const padding = plain.length - 16 - data.length;
  assert.ok(padding >= 12 && padding < 28 && plain.length % 16 === 0);
});

test("a server's message is opened and parsed, once", async () => {
  const state = await stateOf(authKey);
  const message = await state.decryptMessageData(answer(authKey, keyId, pong));
  assert.equal(message.msgId.toString(), '7000000000000000001');
  assert.ok(message.obj instanceof Api.NearestDc);
  await assert.rejects(state.decryptMessageData(answer(authKey, keyId, pong)), /Rejected message: duplicate/);
});

test("what isn't the server's message in this session is refused", async () => {
  const state = await stateOf(authKey);
  const refused = (packet: Buffer, message: RegExp): Promise<void> =>
    assert.rejects(state.decryptMessageData(packet), { name: 'Error', message });
  const otherKey = answer(authKey, Buffer.alloc(8, 1), pong);
  await refused(otherKey, /invalid auth key/);
  const turned = answer(authKey, keyId, pong);
  turned.writeUInt8(turned.readUInt8(60) ^ 1, 60);
  await refused(turned, /msg_key/);
  await refused(answer(authKey, keyId, pong, { session: 1n }), /wrong session/);
  await refused(answer(authKey, keyId, pong, { length: pong.length + 4 + 1024 }), /padding/);
  await refused(answer(authKey, keyId, pong, { length: -4 }), /padding/);
  await refused(answer(authKey, keyId, pong, { length: pong.length - 1 }), /padding/);
  const long = 1024 + 12 + (-(32 + pong.length + 1024 + 12) & 15);
  await refused(answer(authKey, keyId, pong, { padding: long }), /padding/);
  await refused(answer(authKey, keyId, pong).subarray(0, -4), /can't have/);
  await refused(Buffer.concat([keyId, Buffer.alloc(16)]), /can't have/);
});
