import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, GIB, MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';

test('a file has as many parts as it takes to hold every byte', () => {
  const expected: [number, number][] = [
    [0, 0],
    [1, 1],
    [PART_SIZE - 1, 1],
    [PART_SIZE, 1],
    [PART_SIZE + 1, 2],
    [2000 * MIB, 4000],
  ];
  for (const [size, parts] of expected) assert.equal(partCount(size), parts, `${size} bytes`);
});

test('byte counts are written in the largest unit that they reach', () => {
  assert.equal(formatBytes(0), '0 B');
  assert.equal(formatBytes(1023), '1023 B');
  assert.equal(formatBytes(1024), '1.0 KiB');
  assert.equal(formatBytes(1.5 * GIB), '1.5 GiB');
});
