import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileReference, StoredPhoto } from '../../../lib/messages/document/file.js';
import { post } from '../../support/documents.js';
import { ANN, BOB, BOT, CHANNEL, compact, written } from './desktop-scene.js';

const photo: StoredPhoto = {
  reference: {
    ...{ source: 'photo', id: '77', accessHash: '1', dc: 2, size: 900, mime: 'image/jpeg' },
    ...{ variant: 'y', fileReference: '' },
  } as FileReference,
  date: 1,
  sizes: [
    { kind: 'stripped', type: 'i', bytes: 'AA==' },
    { kind: 'file', type: 'm', width: 320, height: 200, size: 300 },
    { kind: 'progressive', type: 'y', width: 1280, height: 800, size: 900, steps: [100, 900] },
  ],
};
test('an empty message is one of the year 1970 without an author', () => {
  assert.equal(
    compact({ version: 1, kind: 'empty', id: 7 }),
    '{"id":7,"type":"message","date":"1970-01-01T00:00:00","date_unixtime":"0","text":"","text_entities":[]}',
  );
});

test('the keys of a message with everything come in the order of Telegram Desktop', () => {
  const document = post({
    ...{ id: 7, author: BOB, editDate: 1_709_640_061, signature: 'Ed', viaBot: BOT, text: 'Hi' },
    forward: { date: 1, from: CHANNEL, saved: { chat: ANN } },
    reply: { kind: 'message', id: 3, chat: CHANNEL },
    media: { kind: 'paid_media', stars: '1', items: [] },
    markup: {
      kind: 'inline',
      rows: [
        [
          { text: 'Go', action: { kind: 'url', url: 'https://example.org' } },
          { text: 'Do', action: { kind: 'callback', data: '/w==' } },
        ],
        [{ text: '', action: { kind: 'disabled' } }],
      ],
    },
    reactions: {
      counts: [
        { reaction: { kind: 'emoji', emoji: '👍' }, count: 2 },
        { reaction: { kind: 'custom_emoji', emoji: '5' }, count: 1 },
        { reaction: { kind: 'paid' }, count: 9 },
      ],
      recent: [{ peer: 99, date: 1_709_640_000, reaction: { kind: 'emoji', emoji: '👍' } }],
    },
  });
  assert.equal(
    written(document),
    `{
 "id": 7,
 "type": "message",
 "date": "2024-03-05T12:00:00",
 "date_unixtime": "1709640000",
 "edited": "2024-03-05T12:01:01",
 "edited_unixtime": "1709640061",
 "from": "Bob",
 "from_id": "user43",
 "author": "Ed",
 "forwarded_from": "News",
 "forwarded_from_id": "channel9",
 "saved_from": "Ann Lee",
 "reply_to_message_id": 3,
 "reply_to_peer_id": "channel9",
 "via_bot": "@abot",
 "paid_stars_amount": 1,
 "text": "Hi",
 "text_entities": [
  {
   "type": "plain",
   "text": "Hi"
  }
 ],
 "inline_bot_buttons": [
  [
   {
    "type": "url",
    "text": "Go",
    "data": "https://example.org"
   },
   {
    "type": "callback",
    "text": "Do",
    "data": "",
    "dataBase64": "_w"
   }
  ],
  [
   {
    "type": "disabled"
   }
  ]
 ],
 "reactions": [
  {
   "type": "emoji",
   "count": 2,
   "emoji": "👍",
   "recent": [
    {
     "from": null,
     "from_id": "user99",
     "date": "2024-03-05T12:00:00"
    }
   ]
  },
  {
   "type": "custom_emoji",
   "count": 1,
   "document_id": "5"
  },
  {
   "type": "paid",
   "count": 9
  }
 ]
}`,
  );
});

test('a message that stands in a topic and answers nothing names the root of the topic', () => {
  assert.match(compact(post({ topic: 5 })), /"reply_to_message_id":5,/);
  assert.doesNotMatch(compact(post({ topic: 1 })), /reply_to/);
  const answer = post({ topic: 5, reply: { kind: 'message', id: 6, thread: 5 } });
  assert.match(compact(answer), /"reply_to_message_id":6,/);
  assert.doesNotMatch(compact(post({ topic: 5, reply: { kind: 'story', peer: ANN, story: 1 } })), /reply_to/);
});

test('messages of the group that a supergroup used to be have ids below zero', () => {
  const shift = -1_000_000_000;
  const answer = post({ id: 7, reply: { kind: 'message', id: 3 } });
  assert.match(compact(answer, { shift }), /^\{"id":-999999993,.*"reply_to_message_id":-999999997,/);
  const elsewhere = post({ reply: { kind: 'message', id: 3, chat: CHANNEL } });
  assert.match(compact(elsewhere, { shift }), /"reply_to_message_id":3,"reply_to_peer_id":"channel9"/);
});

test('a name that is hidden is a name without an id, and one that nobody knows is null', () => {
  assert.match(
    compact(post({ forward: { date: 1, fromName: 'Hidden' } })),
    /"forwarded_from":"Hidden","text"/,
  );
  assert.match(
    compact(post({ author: 99, forward: { date: 1, from: 98 } })),
    /"from":null,"from_id":"user99","forwarded_from":null,"forwarded_from_id":"user98"/,
  );
});

test('a rich message has its blocks in place of the text', () => {
  const json = compact(
    post({
      text: 'ignored',
      richMessage: {
        photos: [photo],
        files: [],
        partial: true,
        blocks: [
          { kind: 'heading', level: 2, text: { kind: 'plain', text: 'H' } },
          { kind: 'paragraph', text: { kind: 'bold', content: { kind: 'plain', text: 'B' } } },
          {
            kind: 'photo',
            photo: '77',
            caption: { text: { kind: 'empty' }, credit: { kind: 'empty' } },
          },
          {
            kind: 'ordered_list',
            start: 3,
            items: [{ text: { kind: 'plain', text: 'x' }, checkbox: true, number: '3' }],
          },
        ],
      },
    }),
  );
  assert.ok(
    json.endsWith(
      ',"rich_message":{"rtl":false,"part":true,"blocks":[' +
        '{"type":"heading","level":2,"text":{"type":"plain","text":"H"}},' +
        '{"type":"paragraph","text":{"type":"bold","text":{"type":"plain","text":"B"}}},' +
        '{"type":"photo","photo_id":"77","photo":"files/77","photo_file_size":900,"width":1280,"height":800,"spoiler":false,' +
        '"caption":{"text":{"type":"empty"},"credit":{"type":"empty"}}},' +
        '{"type":"list","kind":"ordered","reversed":false,"start":3,"items":[' +
        '{"task_state":"unchecked","content":"text","text":{"type":"plain","text":"x"},"num":"3"}]}]}}',
    ),
    json,
  );
});
