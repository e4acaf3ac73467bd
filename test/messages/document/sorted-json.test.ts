import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import stringify from 'fast-json-stable-stringify';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
import { documentTexts } from '../../../lib/messages/document/essence.js';
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

test('the texts of a document are its JSON, and the hash of that without what comes and goes by itself', () => {
  const PASSING = ['fileReference', 'out', 'mentioned', 'mediaUnread'];
  const part = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom('a', '"out":true', 7, true, undefined),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', ...PASSING), tie('value'), { maxKeys: 4 }),
    ),
  })).value;
  const names = ['id', 'views', 'forwards', 'raw', 'media', 'flags', 'text', 'out'];
  const comments = fc.record(
    { count: fc.nat(), recent: fc.array(fc.nat()), last: fc.nat(), group: fc.nat(), mentioned: part },
    { requiredKeys: ['count'] },
  );
  const fields = fc.dictionary(fc.constantFrom(...names), part);
  fc.assert(
    fc.property(fields, fc.option(comments, { nil: undefined }), (some, replies) => {
      const document = { ...some, comments: replies } as unknown as MessageDocument;
      const { views, forwards, raw, ...rest } = document as unknown as Record<string, unknown>;
      const place = replies && { ...replies, count: undefined, recent: undefined, last: undefined };
      const essence = JSON.stringify({ ...rest, comments: place }, (key, field: unknown) =>
        PASSING.includes(key) ? undefined : field,
      );
      const expected = stringify(JSON.parse(essence));
      const { canonical, essenceHash } = documentTexts(document);
      assert.equal(canonical, stringify(document));
      assert.equal(essenceHash, createHash('sha256').update(expected).digest('hex'));
    }),
    { numRuns: 2000 },
  );
});
