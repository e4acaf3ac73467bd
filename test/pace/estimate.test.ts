import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateSends } from '../../lib/pace/estimate.js';

test('few sends take their intervals, and many wait for what an account may send in an hour', () => {
  assert.deepEqual(estimateSends(0, 1300), { messages: 0, atLeastMs: 0, likelyMs: 0 });
  assert.deepEqual(estimateSends(1000, 1300), { messages: 1000, atLeastMs: 1_300_000, likelyMs: 1_300_000 });
  const day = estimateSends(40_000, 1300);
  assert.equal(day.atLeastMs, 52_000_000);
  assert.ok(day.likelyMs > day.atLeastMs);
  assert.equal(estimateSends(10_000, 60_000).likelyMs, 600_000_000, 'a slow interval needs no other waits');
});
