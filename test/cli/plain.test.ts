import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeUnsafe, plain } from '../../lib/cli/plain.js';

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b[2J',
      '\u009b31m',
      '\n',
      '\r',
      '\u0007',
      '\u202e',
      '\u2066',
      '\u2028',
      '\u007f',
      '\0',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

test('everything that a terminal obeys is removed, and nothing else', () => {
  assert.equal(plain('a\u001b[31mred\u001b[0m\nb\tc\u202ed'), 'a[31mred[0m b cd');
  assert.equal(plain('Füße 👩‍👩‍👧 日本 e\u0301'), 'Füße 👩‍👩‍👧 日本 e\u0301');
  fc.assert(
    fc.property(hostile, (text) => {
      for (const character of plain(text)) {
        const code = character.codePointAt(0) ?? 0;
        assert.ok(code > 0x1f && !(code >= 0x7f && code <= 0x9f), `U+${code.toString(16)}`);
        assert.ok(!'\u2028\u2029\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069'.includes(character));
      }
    }),
  );
});

test('escaped JSON is one line with the same value', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = escapeUnsafe(JSON.stringify({ text }));
      assert.equal(plain(line), line);
      assert.deepEqual(JSON.parse(line), { text });
    }),
  );
});
