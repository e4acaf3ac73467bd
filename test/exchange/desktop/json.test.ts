import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { integer, type Json, layOut, sixDecimals } from '../../../lib/exchange/desktop/json.js';

test('values are laid out with one space for each level, and an empty list takes two lines', () => {
  assert.equal(
    layOut({ a: [], b: { c: [1, 'x'] }, d: undefined, e: null }, 0),
    '{\n "a": [\n ],\n "b": {\n  "c": [\n   1,\n   "x"\n  ]\n },\n "e": null\n}',
  );
});

test('control characters are escaped as JSON allows, and nothing else is', () => {
  assert.equal(
    layOut('\b\f\n\r\t"\\/\u0001\u001f\u007fé\u2028🙂', 0),
    '"\\u0008\\u000C\\n\\r\\t\\"\\\\/\\u0001\\u001F\u007fé\u2028🙂"',
  );
});

test('a backslash in front of a letter stays what it is', () => {
  assert.equal(layOut('C:\\b\\f\\u001f', 0), '"C:\\\\b\\\\f\\\\u001f"');
});

test('numbers beyond 2^53 keep their digits, and fractions have six decimals', () => {
  assert.equal(
    layOut([integer('9223372036854775807'), integer('-007'), sixDecimals(55.75)], 0),
    '[\n 9223372036854775807,\n -7,\n 55.750000\n]',
  );
  assert.throws(() => integer('1.5'), RangeError);
});

/** Half of a surrogate pair. */
const LONE = /\p{Cs}/u;

const anyText = fc.string({ unit: 'binary' });

test('whatever is laid out reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      assert.deepEqual(JSON.parse(layOut(value as Json, 0)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

test('Python reads the texts as they were', { skip: hasPython ? false : 'python3 is not installed' }, () => {
  const texts = fc.sample(anyText, 500).filter((text) => !LONE.test(text));
  const { stdout, stderr } = spawnSync(
    'python3',
    ['-c', 'import json,sys; print(json.dumps(json.load(sys.stdin)))'],
    { input: layOut(texts, 0), encoding: 'utf8' },
  );
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), texts);
});
