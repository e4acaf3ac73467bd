import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { IGE } from 'telegram/crypto/IGE.js';
import { PART_SIZE } from '../../lib/base/bytes.js';
import { messageOf } from '../../lib/base/errors.js';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import type { MessageCrypto, Sender, ToOpen } from '../../lib/crypto/message-crypto.js';
import { fromHex, telethon } from '../golden/vectors.js';

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const blocks = (most: number): fc.Arbitrary<Buffer> =>
  fc.integer({ min: 0, max: most }).chain((count) => bytes(16 * count));
const senders: readonly Sender[] = ['client', 'server'];

for (const name of ['native', 'wasm', 'js'] as const) {
  try {
    conforms(chooseCrypto(name));
  } catch (error) {
    test(name, { skip: messageOf(error) }, () => {});
  }
}

/** What every crypto must do, however it is implemented. */
function conforms(crypto: MessageCrypto): void {
  const its = (what: string): string => `${crypto.name}: ${what}`;

  test(its('AES-IGE is what Telethon computes, in both directions'), () => {
    for (const { key, iv, plain, cipher } of telethon.ige) {
      const out = Buffer.alloc(plain.length / 2);
      crypto.encryptIge(fromHex(plain), fromHex(key), fromHex(iv), out);
      assert.equal(out.toString('hex'), cipher);
      crypto.decryptIge(fromHex(cipher), fromHex(key), fromHex(iv), out);
      assert.equal(out.toString('hex'), plain);
    }
  });

  test(its("seals Telethon's messages to the same bytes, and opens them, but none with a bit turned"), () => {
    for (const vector of telethon.messages) {
      const encrypted = fromHex(vector.encrypted);
      const authKey = fromHex(vector.authKey);
      const plain = Buffer.alloc(encrypted.length - 24);
      assert.ok(crypto.openMessage(encrypted, authKey, 'client', plain));
      assert.equal(plain.readBigInt64LE(0), BigInt(vector.salt));
      assert.equal(plain.subarray(32, 32 + vector.body.length / 2).toString('hex'), vector.body);
      const packet = Buffer.concat([encrypted.subarray(0, 8), Buffer.alloc(16), plain]);
      crypto.sealMessage(packet, authKey, 'client');
      assert.equal(packet.toString('hex'), vector.encrypted);
      assert.ok(!crypto.openMessage(encrypted, authKey, 'server', Buffer.alloc(plain.length)));
      for (const at of [8, 15, 16, 23, 24, encrypted.length - 1]) {
        const turned = Buffer.from(encrypted);
        turned.writeUInt8(turned.readUInt8(at) ^ 0x80, at);
        assert.ok(!crypto.openMessage(turned, authKey, 'client', Buffer.alloc(plain.length)), `byte ${at}`);
      }
    }
  });

  test(its('AES-IGE agrees with the library, at any length and alignment, in place and apart'), () => {
    const shift = fc.integer({ min: 0, max: 17 });
    fc.assert(
      fc.property(blocks(40), bytes(32), bytes(32), shift, shift, (plain, key, iv, from, to) => {
        const sealed = plain.length > 0 ? new IGE(key, iv).encryptIge(plain) : plain;
        const input = placed(plain, from);
        const out = placed(Buffer.alloc(plain.length), to);
        crypto.encryptIge(input, key, iv, out);
        assert.deepEqual(out, sealed);
        assert.deepEqual(input, plain, 'what is apart from the output stays');
        crypto.encryptIge(input, key, iv, input);
        assert.deepEqual(input, sealed);
        crypto.decryptIge(input, key, iv, out);
        assert.deepEqual(out, plain);
        crypto.decryptIge(input, key, iv, input);
        assert.deepEqual(input, plain);
      }),
    );
  });

  test(its('AES-IGE agrees with the library where pieces of a long message meet'), () => {
    const [key, iv] = [randomBytes(32), randomBytes(32)];
    for (const about of [8_192, 16_384, 32_768, 65_536, PART_SIZE]) {
      for (const length of [about - 16, about, about + 16, about + 32]) {
        const data = randomBytes(length);
        const sealed = new IGE(key, iv).encryptIge(data);
        const out = Buffer.alloc(length);
        crypto.encryptIge(data, key, iv, out);
        assert.ok(out.equals(sealed), `${length} bytes`);
        crypto.decryptIge(out, key, iv, out);
        assert.ok(out.equals(data), `${length} bytes`);
      }
    }
  });

  test(its('a message that was sealed opens, in place and apart, with its digest'), () => {
    fc.assert(
      fc.property(
        blocks(40),
        bytes(256),
        fc.constantFrom(...senders),
        fc.nat(17),
        (plain, key, sender, at) => {
          const packet = placed(Buffer.concat([Buffer.alloc(24, 7), plain]), at);
          crypto.sealMessage(packet, key, sender);
          const x = sender === 'client' ? 88 : 96;
          const expected = createHash('sha256')
            .update(key.subarray(x, x + 32))
            .update(plain)
            .digest();
          assert.deepEqual(packet.subarray(0, 8), Buffer.alloc(8, 7), 'auth_key_id is left alone');
          assert.deepEqual(packet.subarray(8, 24), expected.subarray(8, 24));
          const out = placed(Buffer.alloc(plain.length), 17 - at);
          const digest = Buffer.alloc(32);
          assert.ok(crypto.openMessage(packet, key, sender, out, digest));
          assert.deepEqual([out, digest], [plain, expected]);
          assert.ok(crypto.openMessage(packet, key, sender, packet.subarray(24)));
          assert.deepEqual(packet.subarray(24), plain);
        },
      ),
    );
  });

  test(its('two at once are what they are one after the other, whichever is longer'), () => {
    const message = fc.tuple(blocks(60), bytes(256)).map(([plain, authKey]) => ({ plain, authKey }));
    fc.assert(
      fc.property(message, message, fc.constantFrom(...senders), fc.boolean(), (a, b, sender, spoilFirst) => {
        const packetOf = ({ plain }: { plain: Buffer }): Buffer =>
          placed(Buffer.concat([Buffer.alloc(24), plain]), plain.length % 7);
        const [one, other] = [
          { ...a, packet: packetOf(a) },
          { ...b, packet: packetOf(b) },
        ];
        crypto.sealTwo(one, other, sender);
        for (const { plain, authKey, packet } of [one, other]) {
          const alone = Buffer.concat([Buffer.alloc(24), plain]);
          crypto.sealMessage(alone, authKey, sender);
          assert.deepEqual(packet, alone);
        }
        const spoilt = spoilFirst ? one : other;
        spoilt.packet.writeUInt8(spoilt.packet.readUInt8(9) ^ 4, 9);
        const apart = (each: typeof one): ToOpen => ({ ...each, plain: Buffer.alloc(each.plain.length) });
        const [first, second] = [apart(one), apart(other)];
        assert.deepEqual(crypto.openTwo(first, second, sender), [!spoilFirst, spoilFirst]);
        if (spoilFirst) assert.deepEqual(second.plain, other.plain);
        else assert.deepEqual(first.plain, one.plain);
        spoilt.packet.writeUInt8(spoilt.packet.readUInt8(9) ^ 4, 9);
        const inPlace = (each: typeof one): ToOpen => ({ ...each, plain: each.packet.subarray(24) });
        assert.deepEqual(crypto.openTwo(inPlace(one), inPlace(other), sender), [true, true]);
        for (const { plain, packet } of [one, other]) assert.deepEqual(packet.subarray(24), plain);
      }),
    );
  });

  test(its('wrong lengths are refused, and nothing is written'), () => {
    const key = Buffer.alloc(32);
    const out = Buffer.alloc(32, 1);
    const refused = { name: 'RangeError' };
    for (const direction of ['encryptIge', 'decryptIge'] as const) {
      assert.throws(() => crypto[direction](Buffer.alloc(31), key, key, Buffer.alloc(31)), refused);
      assert.throws(() => crypto[direction](Buffer.alloc(32), key.subarray(1), key, out), refused);
      assert.throws(() => crypto[direction](Buffer.alloc(32), key, key.subarray(1), out), refused);
      assert.throws(() => crypto[direction](Buffer.alloc(16), key, key, out), refused);
    }
    const authKey = Buffer.alloc(256);
    for (const length of [0, 23, 25, 39]) {
      assert.throws(() => crypto.sealMessage(Buffer.alloc(length), authKey, 'client'), refused);
      assert.throws(() => crypto.openMessage(Buffer.alloc(length), authKey, 'client', out), refused);
    }
    const packet = Buffer.alloc(24 + 32);
    assert.throws(() => crypto.sealMessage(packet, authKey.subarray(1), 'client'), refused);
    assert.throws(() => crypto.openMessage(packet, authKey.subarray(1), 'client', out), refused);
    assert.throws(() => crypto.openMessage(packet, authKey, 'client', out.subarray(1)), refused);
    assert.throws(() => crypto.openMessage(packet, authKey, 'client', out, out.subarray(1)), refused);
    const good = { packet, authKey, plain: out };
    for (const bad of [
      { ...good, packet: Buffer.alloc(25) },
      { ...good, authKey: key },
    ]) {
      assert.throws(() => crypto.sealTwo(good, bad, 'client'), refused);
      assert.throws(() => crypto.sealTwo(bad, good, 'client'), refused);
      assert.throws(() => crypto.openTwo(good, bad, 'client'), refused);
      assert.throws(() => crypto.openTwo(bad, good, 'client'), refused);
    }
    assert.throws(() => crypto.openTwo(good, { ...good, plain: out.subarray(1) }, 'client'), refused);
    assert.deepEqual(out, Buffer.alloc(32, 1));
  });
}

/** The bytes at an odd offset of a larger buffer. */
function placed(bytes: Buffer, offset: number): Buffer {
  const room = Buffer.alloc(bytes.length + 32).subarray(offset, offset + bytes.length);
  bytes.copy(room);
  return room;
}
