import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { piecesOf } from '../../lib/verify/pieces.js';
import { presumedOf } from '../../lib/verify/presumed.js';
import { postDocument } from '../support/received.js';

type Post = ReturnType<typeof postDocument>;

const text = (message: string) => postDocument({ message });
const lost = (source: Post, copy: Post, answered: 'none' | 'unknown' = 'unknown'): string[] =>
  presumedOf(source, copy, answered).map(({ loss }) => loss);

describe('what a copy may lack though nobody recorded it', () => {
  it('is what its own words show, and nothing when they show something else', () => {
    const url = new Api.InlineButtonTypeUrl({ url: 'https://example.org' });
    const row = new Api.KeyboardInlineButtonRow({
      buttons: [new Api.KeyboardInlineButton({ text: 'Open', type: url })],
    });
    const withButton = postDocument({
      message: 'Read',
      replyMarkup: new Api.ReplyInlineMarkup({ rows: [row] }),
    });
    assert.deepEqual(lost(withButton, text('Read\n\nOpen')), ['buttons']);
    assert.deepEqual(lost(withButton, text('Read\n\nClosed')), []);
    assert.deepEqual(lost(withButton, text('Red\n\nOpen')), []);
    const words = (each: string) => new Api.TextWithEntities({ text: each, entities: [] });
    const list = [new Api.TodoItem({ id: 1, title: words('Milk') })];
    const checklist = postDocument({
      message: '',
      media: new Api.MessageMediaToDo({ todo: new Api.TodoList({ title: words('Buy'), list }) }),
    });
    assert.deepEqual(lost(checklist, text('Buy\n☐ Milk')), ['checklist_as_text']);
    assert.deepEqual(lost(checklist, text('Buy\n☐ Silk')), []);
  });

  it('is a reply to something outside the chat, and no other reply', () => {
    const outside = postDocument({
      message: 'so',
      replyTo: new Api.MessageReplyHeader({
        replyToMsgId: 3,
        replyToPeerId: new Api.PeerUser({ userId: bigInt(7) }),
      }),
    });
    const inside = postDocument({ message: 'so', replyTo: new Api.MessageReplyHeader({ replyToMsgId: 3 }) });
    assert.deepEqual(lost(outside, text('so')), ['reply']);
    assert.deepEqual(lost(inside, text('so')), []);
    assert.deepEqual(lost(inside, text('so'), 'none'), ['reply']);
  });
});

describe('pieces of a copy', () => {
  it('are the texts that make up the original together, whatever white space was lost, and no others', () => {
    const source = text('one two three');
    const of = (...parts: string[]) => piecesOf(source, parts.map(text));
    assert.equal(of('one', 'two three', 'four'), 2);
    assert.equal(of('one two', 'three'), 2);
    assert.equal(of('one', 'too', 'three'), 1);
    assert.equal(of('one', 'two'), 1);
    assert.equal(of('one two three', 'four'), 1);
  });
});
