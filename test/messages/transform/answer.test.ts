import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import { answeredDocument } from '../../../lib/messages/transform/answer.js';
import { FormFault } from '../../../lib/messages/transform/form.js';

const asked: PostDocument = {
  version: 1,
  kind: 'message',
  id: 7,
  chat: -1001,
  date: 9,
  flags: { out: true },
  text: '😀 hello',
  entities: [{ kind: 'bold', offset: 3, length: 5 }],
  media: { kind: 'contact', phone: '1', firstName: 'A', lastName: 'B', vcard: '', user: 0 },
  markup: { kind: 'inline', rows: [[{ text: 'x', action: { kind: 'url', url: 'https://x.org' } }]] },
};

const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(asked));

describe("a program's answer", () => {
  it('may change text, entities and buttons, or leave the message out', () => {
    assert.deepEqual(answeredDocument(asked, copy()), asked);
    assert.equal(answeredDocument(asked, null), null);
    const { markup: _, ...without } = copy();
    const entities = [{ kind: 'date', offset: 0, length: 2, date: 5, relative: true }];
    const changed = answeredDocument(asked, { ...without, text: 'so', entities });
    const { markup: __, ...rest } = asked;
    assert.deepEqual(changed, { ...rest, text: 'so', entities });
  });

  it('is refused with the path of the first fault', () => {
    const entity = (rest: object): object => ({
      ...copy(),
      entities: [{ kind: 'bold', offset: 3, length: 5, ...rest }],
    });
    const button = (action: object): object => ({
      ...copy(),
      markup: { kind: 'inline', rows: [[{ text: 'x', action }]] },
    });
    const faults: readonly (readonly [unknown, string])[] = [
      ['text', ''],
      [[], ''],
      [{ ...copy(), text: 5 }, 'text'],
      [{ ...copy(), text: '\ud83d' }, 'text'],
      [{ ...copy(), entities: undefined }, 'entities'],
      [entity({ length: 6 }), 'entities[0].length'],
      [entity({ offset: -1 }), 'entities[0].offset'],
      [entity({ length: 0 }), 'entities[0].length'],
      [entity({ offset: 1 }), 'entities[0]'],
      [entity({ kind: 'loud' }), 'entities[0].kind'],
      [entity({ kind: 'toString' }), 'entities[0].kind'],
      [entity({ kind: 'text_link' }), 'entities[0].url'],
      [entity({ colour: 1 }), 'entities[0].colour'],
      [{ ...copy(), id: 8 }, 'id'],
      [{ ...copy(), flags: {} }, 'flags.out'],
      [{ ...copy(), media: { ...asked.media, phone: '2' } }, 'media.phone'],
      [{ ...copy(), media: undefined }, 'media'],
      [{ ...copy(), mood: 'good' }, 'mood'],
      [button({ kind: 'url' }), 'markup.rows[0][0].action.url'],
      [button({ kind: 'fly' }), 'markup.rows[0][0].action.kind'],
    ];
    for (const [answer, path] of faults) {
      assert.throws(
        () => answeredDocument(asked, answer),
        (error) => error instanceof FormFault && error.path === path,
        path,
      );
    }
  });
});
