import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Entity } from '../../../lib/messages/document/text.js';
import { MOST_ENTITIES, sendable } from '../../../lib/messages/text/sendable.js';
import { assertSound, formattedTexts } from '../../support/formatted-texts.js';

const at = (offset: number, length: number, rest: object): Entity =>
  ({ ...rest, offset, length }) as unknown as Entity;

describe('a text that is sent', () => {
  it('has the same words and sound entities, and is sent the same when it is made so again', () => {
    fc.assert(
      fc.property(formattedTexts, (text) => {
        const sent = sendable(text);
        assertSound(sent.text);
        assert.equal(sent.text.text, text.text);
        assert.deepEqual(sendable(sent.text), { text: sent.text, isReduced: false });
      }),
    );
  });

  it("has a hundred entities at most: of more, the server's own finds go first, then the last ones", () => {
    const text = 'ab '.repeat(120);
    const tags = Array.from({ length: 40 }, (_, nth) => at(nth * 3, 2, { kind: 'hashtag' }));
    const bolds = Array.from({ length: 70 }, (_, nth) => at((40 + nth) * 3, 2, { kind: 'bold' }));
    const few = sendable({ text, entities: [...tags, ...bolds] });
    assert.equal(few.text.entities.length, MOST_ENTITIES);
    assert.equal(few.text.entities.filter(({ kind }) => kind === 'bold').length, 70);
    assert.equal(few.isReduced, false);
    const many = Array.from({ length: 120 }, (_, nth) => at(nth * 3, 2, { kind: 'bold' }));
    assert.deepEqual(sendable({ text, entities: many }), {
      text: { text, entities: many.slice(0, MOST_ENTITIES) },
      isReduced: true,
    });
  });

  it('has nothing that no request may hold', () => {
    const text = 'old new';
    const bold = at(0, 3, { kind: 'bold' });
    const never = [
      at(0, 3, { kind: 'diff_delete' }),
      at(4, 3, { kind: 'diff_insert' }),
      at(4, 3, { kind: 'diff_replace', oldText: 'x' }),
      at(4, 3, { kind: 'unknown', id: 'ffffffff', tl: '' }),
    ];
    for (const one of never) {
      assert.deepEqual(sendable({ text, entities: [bold, one] }), {
        text: { text, entities: [bold] },
        isReduced: true,
      });
    }
  });
});
