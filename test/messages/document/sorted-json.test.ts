import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringify from 'fast-json-stable-stringify';
import { sortedJson } from '../../../lib/messages/document/sorted-json.js';

const NAMES = ['a', 'b', 'out', 'fileReference', 'é', 'a"b', '10', '9', '\u0085', '\ud800'];

/** Anything that JSON holds, with fields that are undefined, names that need a backslash, and long and odd texts. */
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom('\ud800', 'x\udfff', '"', '\\', '\u007f', '\0', '💥', 'ab\n', 'x'.repeat(41)),
    fc.double(),
    fc.integer(),
    fc.constantFrom(true, false, null, undefined, -0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 8 }),
  ),
})).value;

test('JSON with sorted keys is the same as another writer of it makes', () => {
  fc.assert(
    fc.property(plain, (value) => {
      assert.equal(sortedJson(value), stringify(value) ?? 'null');
    }),
    { numRuns: 2000 },
  );
});

test('fields that are omitted are missing wherever they stand, and nothing else is', () => {
  const omits = new Set(['out', 'fileReference']);
  fc.assert(
    fc.property(plain, (value) => {
      const without = JSON.stringify(value, (key, field: unknown) => (omits.has(key) ? undefined : field));
      assert.equal(sortedJson(value, omits), without === undefined ? 'null' : stringify(JSON.parse(without)));
    }),
    { numRuns: 2000 },
  );
});
