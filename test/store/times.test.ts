import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { asTime, timeText } from '../../lib/store/times.js';

it('a time is written as toISOString writes it, and read back', () => {
  const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  const check = (ms: number): void => {
    const text = timeText(ms);
    assert.equal(text, new Date(ms).toISOString().slice(0, -1).replace('T', ' '));
    assert.equal(asTime(text), Math.trunc(ms));
  };
  for (const ms of [0, 1.7, latest, Date.UTC(2000, 1, 29), Date.UTC(2024, 1, 29), Date.UTC(2100, 1, 28, 23)])
    check(ms);
  for (let day = 0; day < 400 * 366; day += 1) check(day * 86_400_000);
  fc.assert(fc.property(fc.integer({ min: 0, max: latest }), check), { numRuns: 1000 });
});
