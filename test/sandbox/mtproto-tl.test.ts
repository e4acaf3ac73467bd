import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { fromLong, parseRequest, serialise, toLong } from '../../lib/sandbox/tl.js';

const bytes = (length: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

test("a file's answer has the library's bytes, at any length", () => {
  for (const length of [0, 1, 2, 3, 4, 253, 254, 255, 256, 257, 1024, 65_537]) {
    const file = new Api.upload.File({
      type: new Api.storage.FilePng(),
      mtime: 77,
      bytes: Buffer.alloc(length, 7),
    });
    assert.deepEqual(Buffer.concat(serialise(file)), file.getBytes(), `${length} bytes`);
  }
});

test('longs survive the conversion in both directions', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      assert.equal(fromLong(toLong(value)), value);
      const request = parseRequest(
        new Api.channels.GetFullChannel({
          channel: new Api.InputChannel({ channelId: toLong(value), accessHash: toLong(-value) }),
        }).getBytes(),
      );
      const { channel } = request as unknown as { channel: Api.InputChannel };
      assert.deepEqual(
        [fromLong(channel.channelId), fromLong(channel.accessHash)],
        [value, BigInt.asIntN(64, -value)],
      );
    }),
  );
});

test('vectors of ints, longs, booleans and objects are written correctly', () => {
  const read = (value: unknown[]): TlReader => new TlReader(Buffer.concat(serialise(value)));
  const ints = read([1, -1]);
  assert.deepEqual([ints.uint(), ints.int(), ints.int(), ints.int()], [0x1cb5c415, 2, 1, -1]);
  assert.deepEqual(read([5n, toLong(-6n)]).longs(), [5n, -6n]);
  assert.throws(() => serialise(undefined), TypeError);
  assert.throws(() => serialise('text'), TypeError);
});

test('strings of the core codec are read as they were written, and truncated ones are a RangeError', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 600 }).chain(bytes),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      (value, long) => {
        const written = new TlWriter().string(value).long(long).longs([long, 1n]).finish();
        assert.equal(written.length % 4, 0);
        const reader = new TlReader(written);
        assert.deepEqual(reader.string(), value);
        assert.equal(reader.long(), long);
        assert.deepEqual(reader.longs(), [long, 1n]);
        assert.equal(reader.remaining, 0);
        const short = new TlReader(written.subarray(0, value.length));
        assert.throws(() => short.string(), RangeError);
      },
    ),
  );
});
