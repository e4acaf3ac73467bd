import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KIB, LARGEST_REQUEST, MIB, PART_SIZE } from '../../../lib/base/bytes.js';
import { PartBuffers } from '../../../lib/mtproto/parts/buffers.js';

test('memory of parts of every size is used again, is at least half full, and is in one place at a time', () => {
  const length = fc.integer({ min: 1, max: LARGEST_REQUEST + 4 * KIB });
  fc.assert(
    fc.property(fc.array(fc.record({ length, back: fc.boolean() }), { maxLength: 60 }), (steps) => {
      const buffers = new PartBuffers();
      const held = new Map<ArrayBufferLike, Buffer>();
      for (const { length: wanted, back } of steps) {
        const taken = buffers.take(wanted);
        assert.equal(taken.length, wanted);
        assert.ok(taken.buffer.byteLength <= 2 * wanted);
        assert.ok(!held.has(taken.buffer), 'nobody else has it');
        held.set(taken.buffer, taken);
        if (!back) continue;
        const [first] = held.values();
        if (!first) continue;
        held.delete(first.buffer);
        buffers.giveBack(first);
      }
    }),
  );
  const buffers = new PartBuffers();
  for (const size of [17 * KIB, 40 * KIB, 100 * KIB, 200 * KIB, PART_SIZE, LARGEST_REQUEST]) {
    const { buffer } = buffers.take(size);
    buffers.giveBack(Buffer.from(buffer));
    assert.equal(buffers.take(size - 100).buffer, buffer, `${size} bytes`);
  }
});

test('memory of two parts is used again when both are released, each once', () => {
  const buffers = new PartBuffers();
  const taken = buffers.take(LARGEST_REQUEST + 100).fill('ab');
  const content = taken.subarray(64, 64 + PART_SIZE + 5);
  const [first, second, ...others] = buffers.parts(content);
  assert.ok(first && second);
  assert.deepEqual([first.bytes.length, second.bytes.length, others], [PART_SIZE, 5, []]);
  assert.ok(Buffer.concat([first.bytes, second.bytes]).equals(content));
  const isFree = (): boolean => buffers.take(LARGEST_REQUEST).buffer === taken.buffer;
  second.release();
  second.release();
  assert.ok(!isFree());
  first.release();
  assert.ok(isFree());
  first.release();
  assert.ok(!isFree());
});

test('no more than 16 MiB of free memory is kept', () => {
  const buffers = new PartBuffers();
  const taken = Array.from({ length: 200 }, () => buffers.take(200 * KIB));
  const known = new Set(taken.map(({ buffer }) => buffer));
  for (const each of taken) buffers.giveBack(each);
  const again = Array.from({ length: 200 }, () => buffers.take(200 * KIB)).filter(({ buffer }) =>
    known.has(buffer),
  );
  const bytes = again.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  assert.ok(bytes <= 16 * MIB && bytes > 15 * MIB, `${bytes} bytes`);
});
