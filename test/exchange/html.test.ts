import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlacedFiles } from '../../lib/exchange/files/place-files.js';
import { hrefOf, safeAddress } from '../../lib/exchange/html/escape.js';
import { messageHtml, type PageScene } from '../../lib/exchange/html/message-html.js';
import { textHtml } from '../../lib/exchange/html/text-html.js';
import { localTime } from '../../lib/exchange/local-time.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { fileMedia, post } from '../support/documents.js';

const NONE: PlacedFiles = { at: () => '(none)', thumbAt: () => '(none)', vcard: '(none)', all: [] };

function html(fields: Partial<PostDocument>, name = 'Ann', files = NONE): string {
  const scene: PageScene = {
    names: { of: () => ({ name }) },
    time: localTime('UTC'),
    ...{ self: 1, prefix: '' },
    addressOf: (id) => (id < 5 ? `#message${id}` : undefined),
  };
  return messageHtml({ message: { document: post(fields) }, shift: 0, files }, undefined, scene);
}

test('formatting is nested as it is, and cut where it overlaps', () => {
  const text = 'one <two> three';
  assert.equal(
    textHtml({
      text,
      entities: [
        { kind: 'bold', offset: 0, length: 9 },
        { kind: 'text_link', url: 'https://example.org/?a=1&b=2', offset: 4, length: 11 },
        { kind: 'italic', offset: 4, length: 5 },
      ],
    }),
    '<strong>one <a href="https://example.org/?a=1&#38;b=2" rel="noopener noreferrer nofollow"><em>&#60;two&#62;</em></a></strong>' +
      '<a href="https://example.org/?a=1&#38;b=2" rel="noopener noreferrer nofollow"> three</a>',
  );
});

test('lines break, but not in code, where they stay', () => {
  assert.equal(textHtml({ text: 'a\nb', entities: [] }), 'a<br>b');
  assert.equal(
    textHtml({ text: 'a\nb', entities: [{ kind: 'pre', language: '', offset: 0, length: 3 }] }),
    '<pre>a\nb</pre>',
  );
});

test('an address that could run something is not a link', () => {
  for (const bad of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
  ]) {
    assert.equal(safeAddress(bad), undefined, bad);
  }
  assert.equal(safeAddress('example.org/a'), 'http://example.org/a');
  assert.equal(safeAddress('example.org:8080/a'), 'http://example.org:8080/a');
  assert.equal(safeAddress('tg://resolve?domain=a'), 'tg://resolve?domain=a');
});

test('the path of a file is an address from where the page is', () => {
  assert.equal(hrefOf('files/a b#1?.zip', ''), 'files/a%20b%231%3F.zip');
  assert.equal(hrefOf('chats/chat_1/files/a', 'chats/chat_1/'), 'files/a');
  assert.equal(hrefOf('chats/chat_1/files/a', 'chats/chat_2/'), '../../chats/chat_1/files/a');
});

test('whatever people write stays text', () => {
  const evil = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onload='x",
      '&lt;script&gt;',
      '</style>',
    ),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(evil, evil, evil, (text, name, fileName) => {
      const made = html({ text, signature: name, media: fileMedia(9, { name: fileName }) }, name);
      const tags = new Set([...made.matchAll(/<\/?([a-z]+)/gi)].map(([, tag]) => tag));
      assert.deepEqual(
        [...tags].filter((tag) => !['div', 'a', 'br', 'span'].includes(String(tag))),
        [],
      );
      assert.ok(!/ on[a-z]+=/i.test(made.replace(/>[^<]*/g, '>')));
      assert.equal(made.split('<div').length, made.split('</div>').length);
    }),
  );
});

test('a message has its author, time, answer, marks and buttons', () => {
  const made = html({
    ...{ id: 7, text: 'Hi', editDate: 9, author: 42 },
    reply: { kind: 'message', id: 3 },
    markup: {
      kind: 'inline',
      rows: [
        [
          { text: 'Go', action: { kind: 'url', url: 'https://example.org' } },
          { text: 'Do', action: { kind: 'game' } },
        ],
      ],
    },
    reactions: { counts: [{ reaction: { kind: 'emoji', emoji: '👍' }, count: 2 }] },
  });
  assert.equal(
    made,
    `<div class="message default clearfix" id="message7">
<div class="pull_left userpic_wrap"><div class="userpic userpic3"><div class="initials">A</div></div></div>
<div class="body">
<div class="pull_right date details" title="05.03.2024 12:00:00 UTC">12:00</div>
<div class="from_name">Ann</div>
<div class="reply_to details">In reply to <a href="#message3">this message</a></div>
<div class="text">Hi</div>
<div class="bot_buttons"><div class="bot_button_row"><a class="bot_button" href="https://example.org" rel="noopener noreferrer nofollow">Go</a><span class="bot_button">Do</span></div></div>
<div class="reactions">👍 2</div>
<div class="marks details">edited</div>
</div>
</div>
`,
  );
});
