import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PartSet } from '../../lib/base/part-set.js';

test('a part set holds the same indices as a plain set, whatever is added and deleted', () => {
  const steps = fc.array(fc.record({ add: fc.boolean(), index: fc.nat(40) }));
  fc.assert(
    fc.property(steps, (changes) => {
      const set = new PartSet(41);
      const model = new Set<number>();
      for (const { add, index } of changes) {
        if (add) set.add(index);
        else set.delete(index);
        if (add) model.add(index);
        else model.delete(index);
      }
      assert.equal(set.size, model.size);
      assert.deepEqual(
        [...set],
        [...model].sort((a, b) => a - b),
      );
      for (let index = 0; index < 41; index += 1) assert.equal(set.has(index), model.has(index));
    }),
  );
});

test('a part set is read back from its bytes, and its missing stretches fill it up', () => {
  const sets = fc
    .nat(70)
    .chain((total) => fc.tuple(fc.constant(total), fc.subarray(Array.from({ length: total }, (_, i) => i))));
  fc.assert(
    fc.property(sets, ([total, indices]) => {
      const set = PartSet.of(total, indices);
      const again = PartSet.fromBytes(total, set.toBytes());
      assert.deepEqual([...again], indices);
      assert.equal(again.size, indices.length);
      let end = -1;
      for (const { first, count } of set.missing()) {
        assert.ok(count > 0 && first > end, 'stretches touch, overlap or are empty');
        end = first + count;
        for (let index = first; index < end; index += 1) {
          assert.ok(!set.has(index));
          again.add(index);
        }
      }
      assert.equal(again.size, again.total);
    }),
  );
});

test('the bitmap starts at the lowest bit of the first byte', () => {
  assert.deepEqual([...PartSet.of(11, [0, 2, 9]).toBytes()], [0b101, 0b10]);
});

test('the bytes that are handed out are a copy', () => {
  const set = new PartSet(3);
  set.toBytes().fill(0xff);
  assert.equal(set.has(0), false);
});

test("indices and bytes that can't belong to a file with that many parts are refused", () => {
  const set = new PartSet(9);
  for (const index of [-1, 9, 1.5, Number.NaN]) {
    assert.throws(() => set.add(index), RangeError, `${index}`);
    assert.throws(() => set.delete(index), RangeError, `${index}`);
    assert.equal(set.has(index), false);
  }
  assert.throws(() => new PartSet(-1), RangeError);
  assert.throws(() => PartSet.fromBytes(9, Buffer.alloc(1)), RangeError);
  assert.throws(() => PartSet.fromBytes(9, Buffer.from([0, 0b10])), RangeError, 'a bit beyond the last part');
});
