import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../lib/base/random.js';

test('one seed always gives the same sequence, and another seed a different one', () => {
  const draw = (seed: string): string => seededRandom(seed).bytes(64).toString('hex');
  assert.equal(draw('a'), draw('a'));
  assert.notEqual(draw('a'), draw('b'));
});

test('integers stay within their bounds and reach both', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(3), (seed, low, span) => {
      const random = seededRandom(seed);
      const seen = new Set(Array.from({ length: 200 }, () => random.integer(low, low + span)));
      assert.ok([...seen].every((value) => value >= low && value <= low + span));
      assert.ok(seen.has(low) && seen.has(low + span));
    }),
    { numRuns: 50 },
  );
});
