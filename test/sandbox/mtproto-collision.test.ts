import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { DhGroup } from '../../lib/sandbox/mtproto/dh.js';
import { Handshake } from '../../lib/sandbox/mtproto/handshake.js';
import { authKeyId, KeyStore, type NewKey, type StoredKey } from '../../lib/sandbox/mtproto/key-store.js';
import { loadServerKey } from '../../lib/sandbox/mtproto/rsa.js';
import type { PacketWire } from '../support/raw-exchange.js';
import { exchangeKey, newNonceHash } from '../support/raw-exchange.js';

/** A store in which the first new key's id is already taken: as likely as a guessed 64-bit number. */
class CrowdedStore extends KeyStore {
  #refused = false;

  override add(fresh: NewKey): StoredKey | undefined {
    if (this.#refused) return super.add(fresh);
    this.#refused = true;
    return undefined;
  }
}

test('a key whose id is taken is answered with dh_gen_retry, and the exchange continues', async () => {
  const [serverKey, keys] = [await loadServerKey(), new CrowdedStore(1)];
  const handshake = new Handshake({ serverKey, keys, dhGroup: new DhGroup(), clock: systemClock });
  const wire = directWire(handshake);
  const result = await exchangeKey(wire, serverKey.publicKeyPem);
  assert.equal(result.answer, Tl.dh_gen_retry);
  assert.deepEqual(result.hash, newNonceHash(result.newNonce, 2, result.key?.key ?? Buffer.alloc(0)));
  assert.ok(result.retry);
  const second = await result.retry();
  assert.equal(second.answer, Tl.dh_gen_ok);
  assert.ok(keys.find(authKeyId(second.key?.key ?? Buffer.alloc(0)), 0));
});

test('after dh_gen_retry the client must name the refused key', async () => {
  const [serverKey, keys] = [await loadServerKey(), new CrowdedStore(1)];
  const handshake = new Handshake({ serverKey, keys, dhGroup: new DhGroup(), clock: systemClock });
  const result = await exchangeKey(directWire(handshake), serverKey.publicKeyPem);
  await assert.rejects(async () => result.retry?.(5n), { name: 'HandshakeError', transportCode: -404 });
});

/** The exchange without a connection: plain messages go directly to it. */
function directWire(handshake: Handshake): PacketWire {
  const answers: Buffer[] = [];
  return {
    send: (packet) => {
      const answer = handshake.answer(packet.subarray(20)) ?? Buffer.alloc(0);
      const head = Buffer.alloc(20);
      head.writeUInt32LE(answer.length, 16);
      answers.push(Buffer.concat([head, answer]));
    },
    receive: async () => answers.shift(),
  };
}
