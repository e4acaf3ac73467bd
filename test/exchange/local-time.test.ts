import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localTime } from '../../lib/exchange/local-time.js';

test('a date is the local one of its zone, in winter and in summer', () => {
  const berlin = localTime('Europe/Berlin');
  assert.equal(berlin.iso(Date.UTC(2024, 0, 1, 12) / 1000), '2024-01-01T13:00:00');
  assert.equal(berlin.iso(Date.UTC(2024, 6, 1, 22, 30, 5) / 1000), '2024-07-02T00:30:05');
  assert.equal(localTime('UTC').iso(0), '1970-01-01T00:00:00');
});

test('a clock that is changed is changed at its second', () => {
  const berlin = localTime('Europe/Berlin');
  const change = Date.UTC(2024, 9, 27, 1) / 1000;
  assert.equal(berlin.iso(change - 1), '2024-10-27T02:59:59');
  assert.equal(berlin.iso(change), '2024-10-27T02:00:00');
});

test('zones with odd distances are right before and after midnight', () => {
  assert.equal(localTime('Asia/Kathmandu').iso(Date.UTC(2024, 0, 1, 18, 15) / 1000), '2024-01-02T00:00:00');
  assert.throws(() => localTime('Mars/Olympus'), RangeError);
});
