import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { deflated } from '../../lib/store/deflated.js';

test('bytes of any length come back from their deflated form, and long ones got smaller', () => {
  const length = fc.oneof(
    fc.nat(5),
    fc.integer({ min: 500, max: 520 }),
    fc.integer({ min: 0, max: 100_000 }),
  );
  fc.assert(
    fc.property(length, fc.infiniteStream(fc.nat(255)), (bytes, content) => {
      const few = Buffer.from([...content.take(Math.min(bytes, 300))]);
      const whole = Buffer.alloc(bytes, few.length === 0 ? 0 : few);
      const small = deflated(whole);
      assert.ok(inflateRawSync(small).equals(whole));
      assert.ok(small.length <= whole.length + 5);
      if (bytes > 1000) assert.ok(small.length < whole.length / 2);
    }),
  );
});
