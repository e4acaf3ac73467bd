import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Entity } from '../../../lib/messages/document/text.js';
import { normalise } from '../../../lib/messages/text/normalise.js';
import { assertSound, formattedTexts, looks } from '../../support/formatted-texts.js';

const STYLES = ['bold', 'italic', 'spoiler'] as const;
const at = (offset: number, length: number, rest: object): Entity =>
  ({ ...rest, offset, length }) as unknown as Entity;

describe('a normalised text', () => {
  it('has sound entities, the same when it is normalised again, and code that holds nothing else', () => {
    fc.assert(
      fc.property(formattedTexts, (text) => {
        const normal = normalise(text);
        assertSound(normal);
        assert.equal(normal.text, text.text);
        assert.deepEqual(normalise(normal), normal);
        const code = normal.entities.filter(({ kind }) => kind === 'code' || kind === 'pre');
        for (const { offset, length } of code) {
          const over = normal.entities.filter(
            (other) => other.offset < offset + length && offset < other.offset + other.length,
          );
          assert.deepEqual(over.filter(({ kind }) => kind !== 'blockquote').length, 1);
        }
      }),
    );
  });

  it('keeps styles on every unit outside code', () => {
    fc.assert(
      fc.property(formattedTexts, ({ text, entities }) => {
        const styles = { text, entities: entities.filter(({ kind }) => STYLES.includes(kind as 'bold')) };
        assert.deepEqual(looks(normalise(styles)), looks(styles));
      }),
    );
  });

  it('has no entity outside the text, and none that cuts a character', () => {
    const text = '😀 hello';
    const entities = [
      at(1, 3, { kind: 'bold' }),
      at(1, 1, { kind: 'custom_emoji', emoji: '1' }),
      at(5, 40, { kind: 'italic' }),
      at(30, 2, { kind: 'code' }),
      at(3, 0, { kind: 'code' }),
      at(-4, 5, { kind: 'underline' }),
    ];
    assert.deepEqual(normalise({ text, entities }).entities, [
      at(0, 4, { kind: 'bold' }),
      at(0, 2, { kind: 'underline' }),
      at(5, 3, { kind: 'italic' }),
    ]);
  });

  it('nests no quotes and no links', () => {
    const quote = { kind: 'blockquote' };
    const link = { kind: 'text_link', url: 'https://example.org/' };
    const entities = [at(0, 6, quote), at(2, 2, quote), at(4, 6, quote), at(0, 4, link), at(2, 6, link)];
    assert.deepEqual(normalise({ text: '0123456789', entities }).entities, [
      at(0, 6, quote),
      at(0, 4, link),
      at(4, 4, link),
      at(6, 4, quote),
    ]);
  });

  it('lets a custom emoji stand in a link', () => {
    const entities = [
      at(0, 5, { kind: 'text_link', url: 'https://example.org/' }),
      at(0, 2, { kind: 'custom_emoji', emoji: '5' }),
    ];
    assert.deepEqual(normalise({ text: '😀 go', entities }).entities, entities);
  });
});
