import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { segmentedText } from '../../../lib/exchange/desktop/segments.js';
import type { Entity, FormattedText } from '../../../lib/messages/document/text.js';

const text = 'bold link 🙂 end';

function of(entities: readonly Entity[], strict = false) {
  return segmentedText({ text, entities }, { strict });
}

test('a text without formatting is a plain text, and one that is empty has no segments', () => {
  assert.deepEqual(of([]), { text, entities: [{ type: 'plain', text }] });
  assert.deepEqual(segmentedText({ text: '', entities: [] }, { strict: false }), { text: '', entities: [] });
});

test('one formatted segment alone is a list of one object', () => {
  assert.deepEqual(of([{ kind: 'pre', language: '', offset: 0, length: text.length }]).text, [
    { type: 'pre', text, language: '' },
  ]);
});

test('each kind has its name and its extra', () => {
  const entities: readonly Entity[] = [
    { kind: 'blockquote', offset: 0, length: 4 },
    { kind: 'text_link', url: 'https://example.org', offset: 5, length: 4 },
    { kind: 'custom_emoji', emoji: '123', offset: 10, length: 2 },
    { kind: 'mention_name', user: 7, offset: 13, length: 3 },
  ];
  assert.deepEqual(of(entities).text, [
    { type: 'blockquote', text: 'bold', collapsed: false },
    ' ',
    { type: 'text_link', text: 'link', href: 'https://example.org' },
    ' ',
    { type: 'custom_emoji', text: '🙂', document_id: '123' },
    ' ',
    { type: 'mention_name', text: 'end', user_id: 7 },
  ]);
});

test('inside of another entity what says more shows; with --strict-desktop the first one has it all', () => {
  const entities: readonly Entity[] = [
    { kind: 'bold', offset: 0, length: 12 },
    { kind: 'text_link', url: 'https://example.org', offset: 5, length: 4 },
  ];
  assert.deepEqual(of(entities).text, [
    { type: 'bold', text: 'bold ' },
    { type: 'text_link', text: 'link', href: 'https://example.org' },
    { type: 'bold', text: ' 🙂' },
    ' end',
  ]);
  assert.deepEqual(of(entities, true).text, [{ type: 'bold', text: 'bold link 🙂' }, ' end']);
});

/** Half of a surrogate pair. */
const LONE = /\p{Cs}/u;

const KINDS = ['bold', 'italic', 'link', 'spoiler', 'code', 'hashtag'] as const;

const formatted: fc.Arbitrary<FormattedText> = fc
  .string({ unit: fc.constantFrom('a', ' ', 'é', '🙂', '\n', '\u2028', '"', '\u0001'), maxLength: 30 })
  .chain((text) => {
    const entity = fc
      .record({
        kind: fc.constantFrom(...KINDS),
        offset: fc.nat(Math.max(0, text.length - 1)),
        length: fc.nat(text.length),
      })
      .map((each) => ({ ...each, length: Math.min(each.length, text.length - each.offset) }));
    return fc.record({ text: fc.constant(text), entities: fc.array(entity, { maxLength: 6 }) });
  });

for (const strict of [false, true]) {
  test(`segments follow each other and make up the text${strict ? ', with --strict-desktop, too' : ''}`, () => {
    fc.assert(
      fc.property(formatted, (given) => {
        const { text, entities } = segmentedText(given, { strict });
        const pieces = typeof text === 'string' ? [text] : (text as readonly (string | { text: string })[]);
        assert.equal(
          pieces.map((each) => (typeof each === 'string' ? each : each.text)).join(''),
          given.text,
        );
        assert.equal(entities.map((each) => each['text']).join(''), given.text);
        assert.ok(entities.every((each) => each['text'] !== '' && !LONE.test(String(each['text']))));
      }),
    );
  });
}

test('whatever is formatted is formatted in the segments', () => {
  fc.assert(
    fc.property(formatted, (given) => {
      const covered = new Set(
        given.entities.flatMap(({ offset, length }) => Array.from({ length }, (_, index) => offset + index)),
      );
      let at = 0;
      for (const segment of segmentedText(given, { strict: false }).entities) {
        const length = String(segment['text']).length;
        for (let index = at; index < at + length; index += 1) {
          // An edge inside of a pair is moved to the end of the pair.
          if (covered.has(index)) assert.notEqual(segment['type'], 'plain');
        }
        at += length;
      }
    }),
  );
});
