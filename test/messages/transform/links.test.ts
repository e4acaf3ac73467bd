import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Entity, FormattedText } from '../../../lib/messages/document/text.js';
import { type FindCopy, messageLinksIn, rewriteMessageLinks } from '../../../lib/messages/transform/links.js';
import { readMessageLink, writeMessageLink } from '../../../lib/messages/transform/message-link.js';

/** What was read, without the form. */
function read(url: string): object | undefined {
  const { form: _, ...link } = readMessageLink(url) ?? { form: undefined };
  return Object.keys(link).length === 0 ? undefined : link;
}

describe('a link to a message', () => {
  it('is read in each of its forms', () => {
    const channel = { chat: { channel: '1234567890' }, message: 5 };
    const named = { chat: { username: 'somebody' }, message: 5 };
    const forms: readonly (readonly [string, object])[] = [
      ['https://t.me/c/1234567890/5', channel],
      ['t.me/c/1234567890/5?single', channel],
      ['https://t.me/c/1234567890/7/5', { ...channel, thread: 7 }],
      ['https://t.me/c/1234567890/5?thread=7', { ...channel, thread: 7 }],
      ['http://telegram.me/somebody/5', named],
      ['https://www.telegram.dog/somebody/5#top', named],
      ['https://t.me/s/somebody/5', named],
      ['https://somebody.t.me/5', named],
      ['https://somebody.t.me/7/5', { ...named, thread: 7 }],
      ['https://t.me/somebody/5?comment=9', { ...named, comment: 9 }],
      ['https://t.me/somebody/5?t=61', named],
      ['tg://privatepost?channel=1234567890&post=5&single', channel],
      ['tg://resolve?domain=somebody&post=5&thread=7', { ...named, thread: 7 }],
      ['tg:resolve?domain=somebody&post=5&comment=9', { ...named, comment: 9 }],
    ];
    for (const [url, link] of forms) assert.deepEqual(read(url), link, url);
  });

  it('is not seen in other addresses', () => {
    const others = [
      'https://t.me/somebody',
      'https://t.me/c/1234567890',
      'https://t.me/somebody/about',
      'https://t.me/addlist/12345',
      'https://t.me/c/name/5',
      'https://t.me/somebody/0',
      'https://t.me/somebody/99999999999',
      'https://t.me/somebody/1/2/3',
      'https://example.org/somebody/5',
      'https://nott.me/somebody/5',
      'tg://resolve?domain=somebody',
      'tg://settings?post=5&domain=somebody',
      '',
    ];
    for (const url of others) assert.equal(read(url), undefined, url);
  });

  it('is written for another message in the form that it had', () => {
    const copy = { chat: { channel: '99' }, message: 50, thread: 40 };
    const forms: readonly (readonly [string, string])[] = [
      ['https://t.me/somebody/7/5', 'https://t.me/c/99/40/50'],
      ['t.me/somebody/5?thread=7&single', 't.me/c/99/50?thread=40&single'],
      ['http://somebody.telegram.me/5?t=61', 'http://telegram.me/c/99/50?thread=40&t=61'],
      ['tg://resolve?domain=somebody&post=5&single', 'tg://privatepost?channel=99&post=50&thread=40&single'],
    ];
    for (const [url, expected] of forms) {
      const form = readMessageLink(url)?.form;
      assert.ok(form, url);
      assert.equal(writeMessageLink(copy, form), expected);
    }
    const form = readMessageLink('tg://privatepost?channel=1&post=2')?.form;
    assert.ok(form);
    assert.equal(
      writeMessageLink({ chat: { username: 'copies' }, message: 3, comment: 4 }, form),
      'tg://resolve?domain=copies&post=3&comment=4',
    );
  });
});

describe('links in a text', () => {
  const text = 'see t.me/c/1/5 or here or t.me/c/1/6, all of it';
  const at = (words: string, rest: object): Entity =>
    ({ ...rest, offset: text.indexOf(words), length: words.length }) as unknown as Entity;
  const whole: FormattedText = {
    text,
    entities: [
      { kind: 'bold', offset: 0, length: text.length },
      at('t.me/c/1/5', { kind: 'link' }),
      at('here', { kind: 'text_link', url: 'https://t.me/somebody/7' }),
      at('t.me/c/1/6', { kind: 'link' }),
      at('all', { kind: 'italic' }),
    ],
  };
  const copies: FindCopy = ({ message }) =>
    message === 6 ? undefined : { chat: { channel: '2' }, message: message * 1000 };

  it('lead to the copies, where these exist, and their surroundings stay as they are', () => {
    assert.deepEqual(
      messageLinksIn(whole).map(({ message }) => message),
      [5, 7, 6],
    );
    const rewritten = rewriteMessageLinks(whole, copies);
    assert.equal(rewritten.text, 'see t.me/c/2/5000 or here or t.me/c/1/6, all of it');
    assert.deepEqual(
      rewritten.entities.map(({ kind, offset, length, ...rest }) => [
        kind,
        rewritten.text.slice(offset, offset + length),
        ...Object.values(rest),
      ]),
      [
        ['bold', rewritten.text],
        ['link', 't.me/c/2/5000'],
        ['text_link', 'here', 'https://t.me/c/2/7000'],
        ['link', 't.me/c/1/6'],
        ['italic', 'all'],
      ],
    );
  });

  it('stay as they are when nothing that they lead to has a copy', () => {
    assert.deepEqual(
      rewriteMessageLinks(whole, () => undefined),
      whole,
    );
  });
});
