import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import type { ReplyMarkup } from '../../../lib/messages/document/markup.js';
import { concat, covered, plainText } from '../../../lib/messages/text/edit.js';
import {
  ATTRIBUTION_FIELDS,
  attributed,
  DEFAULT_ATTRIBUTION,
} from '../../../lib/messages/transform/attribution.js';
import { buttonLines, withButtonLines } from '../../../lib/messages/transform/buttons.js';
import { CAPTION_FIELDS, captionBy } from '../../../lib/messages/transform/caption.js';
import { replyFallback, withReplyFallback } from '../../../lib/messages/transform/reply-fallback.js';
import { readTemplate } from '../../../lib/messages/transform/template.js';

const document: PostDocument = {
  version: 1,
  kind: 'message',
  id: 7,
  chat: -1001,
  author: 5,
  date: Date.UTC(2026, 10, 29, 13, 55) / 1000,
  flags: {},
  text: 'hello',
  entities: [{ kind: 'italic', offset: 0, length: 5 }],
};
const nameOf = (peer: number): string | undefined => ({ 5: 'Ann\nB', 9: 'News' })[peer];

describe('buttons as text', () => {
  const markup: ReplyMarkup = {
    kind: 'inline',
    rows: [
      [
        { text: 'Open ', action: { kind: 'url', url: 'https://example.org/' } },
        { text: 'Sign in', action: { kind: 'login', url: 'https://example.org/login' } },
      ],
      [
        { text: 'Odd', action: { kind: 'url', url: 'app:thing' } },
        { text: 'Vote', action: { kind: 'callback', data: 'AA==' } },
      ],
    ],
  };

  it('become lines that lead where the buttons led; the others have none', () => {
    assert.deepEqual(
      withButtonLines(plainText('text'), buttonLines(markup)),
      concat(
        plainText('text\n\n'),
        covered('Open', { kind: 'text_link', url: 'https://example.org/' }),
        plainText('\n'),
        covered('Sign in', { kind: 'text_link', url: 'https://example.org/login' }),
        plainText('\nOdd: app:thing'),
      ),
    );
  });

  it('are none of a keyboard', () => {
    assert.deepEqual(buttonLines({ kind: 'hide' }), plainText(''));
    assert.deepEqual(buttonLines(undefined), plainText(''));
  });
});

describe('attribution', () => {
  const template = readTemplate(DEFAULT_ATTRIBUTION, ATTRIBUTION_FIELDS, '--attribution-template');

  it('names author, date in UTC and origin, above or below the text', () => {
    const forwarded = { ...document, forward: { date: 1, from: 9, signature: 'Eve' } };
    const line = concat(
      covered('Ann B', { kind: 'bold' }),
      plainText(', 2026-11-29 13:55 UTC\nForwarded from News (Eve)'),
    );
    const header = attributed(document, forwarded, { template, place: 'header', nameOf });
    assert.deepEqual(header, concat(line, plainText('\n\n'), covered('hello', { kind: 'italic' })));
    const footer = attributed(document, forwarded, { template, place: 'footer', nameOf });
    assert.deepEqual(footer, concat(covered('hello', { kind: 'italic' }), plainText('\n\n'), line));
  });

  it('leaves out what is not known', () => {
    const { author: _, ...anonymous } = document;
    const line = attributed(plainText(''), anonymous, { template, place: 'header', nameOf });
    assert.deepEqual(line, plainText('2026-11-29 13:55 UTC'));
  });
});

describe('a template', () => {
  const read = (text: string) => readTemplate(text, ['one', 'two'] as const, '--t');

  it('knows line breaks and escapes', () => {
    assert.equal(read('a\\n\\{\\[\\\\ {one}').fill({ one: plainText('1') }).text, 'a\n{[\\ 1');
    assert.deepEqual([...read('{one}[{two}]').fields], ['one', 'two']);
  });

  it('is refused with the place of the fault', () => {
    const faults: readonly (readonly [string, RegExp])[] = [
      ['a {three}', /the \{ at character 3 of "a \{three\}" names no field: the fields are one, two/],
      ['a {one', /the \{ at character 3 .* is never closed/],
      ['[{one}', /the \[ at character 1 .* is never closed/],
      ['[a[b]]', /the \[ at character 3 .* can't stand inside another/],
      ['a]', /the \] at character 2 .* closes what was not opened/],
      ['a}', /the \} at character 2/],
      ['\\x', /the \\ at character 1/],
    ];
    for (const [text, message] of faults) assert.throws(() => read(text), message, text);
  });
});

describe('a caption by template', () => {
  it('keeps the formats of the caption, and leaves texts alone', () => {
    const template = readTemplate('#{id} {caption}[ ({file})]', CAPTION_FIELDS, '--caption-template');
    assert.equal(captionBy(template, document, { nameOf }), undefined);
    const media = { kind: 'photo' } as const;
    assert.deepEqual(
      captionBy(template, { ...document, media }, { nameOf }),
      concat(plainText('#7 '), covered('hello', { kind: 'italic' })),
    );
  });
});

describe('what stands in for a reply', () => {
  it('is a quotation of the beginning, with its author', () => {
    const text = {
      text: 'look at this',
      entities: [{ kind: 'text_link', url: 'https://x.org', offset: 0, length: 4 } as const],
    };
    const fallback = replyFallback({ author: 'Ann', text }, 'quote');
    assert.deepEqual(fallback, {
      text: 'Ann\nlook at this',
      entities: [
        { kind: 'blockquote', offset: 0, length: 16 },
        { kind: 'bold', offset: 0, length: 3 },
      ],
    });
    assert.equal(fallback && withReplyFallback(plainText('yes'), fallback).text, 'Ann\nlook at this\nyes');
  });

  it('is short, and cut at a word', () => {
    const fallback = replyFallback({ text: plainText('word '.repeat(100)) }, 'quote');
    assert.equal(fallback?.text, `${'word '.repeat(39)}word…`);
  });

  it('names the kind of media that has no text', () => {
    assert.equal(replyFallback({ media: { kind: 'photo' } }, 'quote')?.text, 'Photo');
  });

  it('is a link if that is wanted or all that is known, and nothing if nothing is', () => {
    const link = 'https://t.me/c/1/2';
    const expected = concat(plainText('↩ '), covered('In reply to', { kind: 'text_link', url: link }));
    assert.deepEqual(replyFallback({ link, text: plainText('a') }, 'link'), expected);
    assert.deepEqual(replyFallback({ link }, 'quote'), expected);
    assert.equal(replyFallback({}, 'quote'), undefined);
  });
});
