import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  common,
  joined,
  readStretches,
  type Stretch,
  stretchesText,
  without,
} from '../../lib/ledger/stretches.js';
import { DamagedValue } from '../../lib/store/values.js';

const stretch = fc
  .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 0, max: 20 }))
  .map(([after, length]): Stretch => ({ after, upTo: after + length }));
const stretches = fc.array(stretch, { maxLength: 6 });

/** The ids in the stretches. */
function idsIn(parts: readonly Stretch[]): Set<number> {
  const ids = new Set<number>();
  for (const { after, upTo } of parts) for (let id = after + 1; id <= upTo; id += 1) ids.add(id);
  return ids;
}

test('stretches are sets of ids: joined, cut and compared', () => {
  fc.assert(
    fc.property(stretches, stretch, (parts, one) => {
      const ids = idsIn(parts);
      assert.deepEqual(idsIn(joined(parts)), new Set([...ids].sort((a, b) => a - b)));
      assert.deepEqual(
        idsIn(without(parts, one)),
        new Set([...ids].filter((id) => id <= one.after || id > one.upTo).sort((a, b) => a - b)),
      );
      for (const part of parts) {
        const both = common(part, one);
        assert.deepEqual(
          idsIn(both ? [both] : []),
          new Set([...idsIn([part])].filter((id) => id > one.after && id <= one.upTo)),
        );
      }
      assert.deepEqual(readStretches(stretchesText(joined(parts))), joined(parts));
    }),
  );
});

test('a damaged text is not taken for stretches', () => {
  assert.deepEqual(readStretches(null), []);
  for (const text of ['', '{}', '[1]', '[[1]]', '[[1,"2"]]', '[[1,2]', '[[1.5,2]]'])
    assert.throws(() => readStretches(text), DamagedValue, text);
});
