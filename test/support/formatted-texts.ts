import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Entity, FormattedText } from '../../lib/messages/document/text.js';
import type { Style } from '../../lib/messages/text/edit.js';

const PIECES = [
  'word',
  'a',
  'Ünïcode',
  'e\u0301',
  '👩‍👩‍👧‍👦',
  '😀',
  '🇩🇪',
  '👍🏽',
  'नमस्ते',
  '漢字',
  ' ',
  ' ',
  '  ',
  '\n',
  '\n\n',
  '\t',
  '. ',
  '! ',
  ', ',
  '#tag',
  '@name',
  'https://t.me/x/1',
] as const;

const entityKinds = fc.constantFrom<Style>(
  { kind: 'bold' },
  { kind: 'italic' },
  { kind: 'spoiler' },
  { kind: 'code' },
  { kind: 'pre', language: 'c' },
  { kind: 'blockquote', collapsed: true },
  { kind: 'text_link', url: 'https://example.org/' },
  { kind: 'mention_name', user: 7 },
  { kind: 'link' },
  { kind: 'hashtag' },
  { kind: 'custom_emoji', emoji: '9' },
  { kind: 'date', date: 1 },
);

/** Texts of whole characters, with entities that may overlap in every way but cut no surrogate pair. */
export const formattedTexts: fc.Arbitrary<FormattedText> = fc
  .tuple(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }),
    fc.array(fc.tuple(entityKinds, fc.nat(), fc.nat()), { maxLength: 8 }),
  )
  .map(([pieces, wanted]) => {
    const text = pieces.join('');
    const places = [0];
    for (const character of text) places.push((places.at(-1) ?? 0) + character.length);
    const entities = wanted.flatMap(([entity, one, other]): Entity[] => {
      const [from = 0, to = 0] = [one, other]
        .map((each) => places[each % places.length] ?? 0)
        .sort((left, right) => left - right);
      return from === to ? [] : [{ ...entity, offset: from, length: to - from } as Entity];
    });
    return { text, entities };
  });

/** Whether no surrogate stands alone. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Fails if an entity is empty, leads outside the text or begins or ends inside a surrogate pair. */
export function assertSound({ text, entities }: FormattedText): void {
  for (const { kind, offset, length } of entities) {
    const what = `${kind} at ${offset}, ${length} long, in ${JSON.stringify(text)}`;
    assert.ok(offset >= 0 && length > 0 && offset + length <= text.length, what);
    assert.ok(isWellFormed(text.slice(offset, offset + length)), what);
  }
}

/** Each unit of the text with what lies over it, apart from where that begins and ends. */
export function looks({ text, entities }: FormattedText, kinds?: readonly Entity['kind'][]): string[] {
  const over: Set<string>[] = Array.from({ length: text.length }, () => new Set());
  for (const { offset, length, ...entity } of entities) {
    if (kinds && !kinds.includes(entity.kind)) continue;
    for (let index = offset; index < offset + length; index += 1) over[index]?.add(JSON.stringify(entity));
  }
  return over.map((each, index) => `${text[index]} ${[...each].sort().join(' ')}`);
}
