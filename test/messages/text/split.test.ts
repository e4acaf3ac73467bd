import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Entity, FormattedText } from '../../../lib/messages/document/text.js';
import { covered, plainText } from '../../../lib/messages/text/edit.js';
import { split } from '../../../lib/messages/text/split.js';
import { assertSound, formattedTexts, isWellFormed, looks } from '../../support/formatted-texts.js';

const STYLES = ['bold', 'italic', 'spoiler'] as const;
const cut = (text: string, limit: number): string[] =>
  split(plainText(text), { first: limit, rest: limit }).map((part) => part.text);

describe('where a long text is cut', () => {
  it('not at all when it fits', () => {
    assert.deepEqual(cut('one two', 7), ['one two']);
    assert.deepEqual(cut('😀'.repeat(6), 12), ['😀'.repeat(6)]);
    assert.deepEqual(cut('😀'.repeat(7), 12), ['😀'.repeat(6), '😀']);
  });

  it("at a paragraph's end, then a line's, a sentence's, a blank", () => {
    assert.deepEqual(cut('One. Two.\nThree\n\nFour five six', 20), ['One. Two.\nThree', 'Four five six']);
    assert.deepEqual(cut('One. Two three\nFour. Five', 20), ['One. Two three', 'Four. Five']);
    assert.deepEqual(cut('One two three. Four five', 20), ['One two three.', 'Four five']);
    assert.deepEqual(cut('one two three four five', 20), ['one two three four', 'five']);
  });

  it("not before a part's middle, as long as there is another place", () => {
    assert.deepEqual(cut('A\n\nbbbbbbbb cccccccc ddd', 20), ['A\n\nbbbbbbbb cccccccc', 'ddd']);
  });

  it('never inside a grapheme', () => {
    const family = '👩‍👩‍👧‍👦';
    assert.deepEqual(cut(family.repeat(4), 25), [family.repeat(2), family.repeat(2)]);
    assert.deepEqual(
      cut('e\u0301'.repeat(10), 5).every((part) => part.startsWith('e')),
      true,
    );
  });

  it('never inside a link, a mention or a custom emoji', () => {
    const entity = { kind: 'text_link', url: 'https://example.org/' } as const;
    const link: Entity = { ...entity, offset: 6, length: 9 };
    const text: FormattedText = { text: 'hello the words and more', entities: [link] };
    assert.deepEqual(split(text, { first: 12, rest: 20 }), [
      { text: 'hello', entities: [] },
      { text: 'the words and more', entities: [{ ...entity, offset: 0, length: 9 }] },
    ]);
  });

  it('inside a link that is longer than a part', () => {
    const text = covered('x'.repeat(25), { kind: 'text_link', url: 'https://example.org/' });
    assert.deepEqual(
      split(text, { first: 10, rest: 10 }).map(({ entities }) => entities.length),
      [1, 1, 1],
    );
  });

  it('closes a format and opens it again', () => {
    const parts = split(covered('one two three', { kind: 'bold' }), { first: 8, rest: 8 });
    assert.deepEqual(parts, [covered('one two', { kind: 'bold' }), covered('three', { kind: 'bold' })]);
  });

  it('in front of everything when the first message can hold no text', () => {
    assert.deepEqual(split(plainText('hi'), { first: 0, rest: 10 }), [plainText(''), plainText('hi')]);
    assert.deepEqual(split(plainText(''), { first: 0, rest: 10 }), [plainText('')]);
  });
});

describe('the parts of any text', () => {
  it('are within their limits, and hold every word in order, with its format', () => {
    fc.assert(
      fc.property(
        formattedTexts,
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 2, max: 60 }),
        (text, first, rest) => {
          const parts = split(text, { first, rest });
          for (const [index, part] of parts.entries()) {
            assertSound(part);
            assert.ok(isWellFormed(part.text));
            assert.ok(part.text.length <= (index === 0 ? first : rest));
            assert.ok(parts.length === 1 || part.text !== '');
            assert.equal(part.text, part.text.replace(/^[\0- ]+|[\0- ]+$/g, ''));
          }
          const solid = (each: FormattedText): string[] =>
            looks(each, STYLES).filter((unit) => !/^[\0- ]/.test(unit));
          const styled = {
            ...text,
            entities: text.entities.filter(({ kind }) => STYLES.includes(kind as 'bold')),
          };
          assert.deepEqual(split(styled, { first, rest }).flatMap(solid), solid(styled));
          assert.equal(
            parts
              .map((part) => part.text)
              .join('')
              .replace(/[\0- ]/g, ''),
            text.text.replace(/[\0- ]/g, ''),
          );
        },
      ),
    );
  });

  it('cut no grapheme that fits into a part', () => {
    fc.assert(
      fc.property(formattedTexts, (text) => {
        const graphemes = (each: string): string[] =>
          [...new Intl.Segmenter('und').segment(each)]
            .map(({ segment }) => segment.trim())
            .filter((each) => each !== '');
        const parts = split({ ...text, entities: [] }, { first: 20, rest: 20 });
        assert.deepEqual(
          parts.flatMap((part) => graphemes(part.text)),
          graphemes(text.text),
        );
      }),
    );
  });
});
