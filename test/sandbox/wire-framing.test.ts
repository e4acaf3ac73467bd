import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../lib/base/random.js';
import { ByteQueue } from '../../lib/sandbox/wire/byte-queue.js';
import {
  abridgedFraming,
  type Framing,
  FramingError,
  fullFraming,
  intermediateFraming,
  MAX_PACKET_BYTES,
  paddedIntermediateFraming,
} from '../../lib/sandbox/wire/framing.js';
import { Transport } from '../../lib/sandbox/wire/transport.js';

const random = seededRandom('framing');
const framings: Record<string, () => Framing> = {
  abridged: abridgedFraming,
  intermediate: intermediateFraming,
  padded: () => paddedIntermediateFraming(random),
  full: fullFraming,
};

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
const payloads = fc.array(
  fc.integer({ min: 1, max: 300 }).map((words) => randomBytes(words * 4)),
  { maxLength: 6 },
);

test('a byte queue returns the bytes that were pushed, in any chunks and any reads', () => {
  fc.assert(
    fc.property(chunks, fc.array(fc.integer({ min: 0, max: 60 })), (pushed, reads) => {
      const queue = new ByteQueue();
      for (const chunk of pushed) queue.push(Buffer.from(chunk));
      const all = Buffer.concat(pushed);
      let at = 0;
      for (const count of reads) {
        const got = queue.read(count);
        if (at + count > all.length) assert.equal(got, undefined);
        else assert.deepEqual(got, all.subarray(at, at + count));
        if (got) at += count;
        assert.equal(queue.length, all.length - at);
      }
    }),
  );
});

for (const [name, make] of Object.entries(framings)) {
  test(`${name}: packets are restored from a stream cut anywhere`, () => {
    fc.assert(
      fc.property(payloads, fc.integer({ min: 1, max: 700 }), (sent, cut) => {
        const [writer, reader, queue] = [make(), make(), new ByteQueue()];
        const stream = Buffer.concat(
          sent.flatMap((payload) => writer.write([payload.subarray(0, 4), payload.subarray(4)])),
        );
        const got: Buffer[] = [];
        for (let at = 0; at < stream.length; at += cut) {
          queue.push(stream.subarray(at, at + cut));
          for (let packet = reader.read(queue); packet; packet = reader.read(queue)) got.push(packet.payload);
        }
        assert.equal(queue.length, 0);
        assert.equal(got.length, sent.length);
        for (const [i, payload] of sent.entries()) {
          assert.deepEqual(got[i]?.subarray(0, payload.length), payload);
          assert.ok((got[i]?.length ?? 0) - payload.length <= (name === 'padded' ? 15 : 0));
        }
      }),
    );
  });

  test(`${name}: a packet larger than any of Telegram's is refused before it is gathered`, () => {
    const queue = new ByteQueue();
    const head = Buffer.alloc(8);
    if (name === 'abridged') head.writeUIntLE(MAX_PACKET_BYTES / 4 + 1, 1, 3);
    if (name === 'abridged') head.writeUInt8(0x7f, 0);
    else head.writeUInt32LE(MAX_PACKET_BYTES + 4, 0);
    queue.push(head);
    assert.throws(() => make().read(queue), FramingError);
  });
}

test('full: a wrong CRC32, a wrong sequence number and an odd length are refused', () => {
  const packet = Buffer.concat(fullFraming().write([Buffer.alloc(8)]));
  for (const [at, mask] of [
    [packet.length - 1, 1],
    [10, 1],
    [4, 1],
    [0, 2],
  ] as const) {
    const broken = Buffer.from(packet);
    broken.writeUInt8(broken.readUInt8(at) ^ mask, at);
    const queue = new ByteQueue();
    queue.push(broken);
    queue.push(Buffer.alloc(4));
    assert.throws(() => fullFraming().read(queue), FramingError, `byte ${at}`);
  }
});

test('HTTP, and 64 bytes that name no transport, are refused', () => {
  for (const first of [Buffer.from('POST /api HTTP/1.1\r\n'), Buffer.alloc(64, 7)]) {
    const transport = new Transport(random);
    transport.push(first);
    assert.throws(() => transport.read(), FramingError);
  }
});

test('a transport is recognised by its first bytes, one by one', () => {
  const starts = {
    abridged: Buffer.concat([Buffer.of(0xef), ...abridgedFraming().write([Buffer.alloc(8, 1)])]),
    intermediate: Buffer.concat([
      Buffer.alloc(4, 0xee),
      ...intermediateFraming().write([Buffer.alloc(8, 1)]),
    ]),
    full: Buffer.concat(fullFraming().write([Buffer.alloc(8, 1)])),
  };
  for (const [name, bytes] of Object.entries(starts)) {
    const transport = new Transport(random);
    for (const byte of bytes.subarray(0, -1)) {
      transport.push(Buffer.of(byte));
      assert.equal(transport.read(), undefined);
    }
    transport.push(bytes.subarray(-1));
    assert.deepEqual(transport.read()?.payload, Buffer.alloc(8, 1));
    assert.equal(transport.name, name);
  }
});
