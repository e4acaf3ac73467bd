import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Analysis } from '../../lib/analyze/analysis.js';
import { MOST_BACK } from '../../lib/analyze/answers.js';
import type { Figures } from '../../lib/analyze/figures.js';
import { figuresOf } from '../../lib/analyze/figures-of.js';
import { Zone } from '../../lib/analyze/zone.js';
import type { MessageDocument, PostDocument } from '../../lib/messages/document/document.js';
import { fileMedia, post, service } from '../support/documents.js';

const GROUP = -1_001_000_000_001;
const DATE = Date.UTC(2024, 2, 30, 23) / 1000;

/** The figures of messages, of one chat after the other. */
async function analyzed(
  chats: readonly (readonly MessageDocument[])[],
  { zone = 'UTC', deleted = [] as readonly number[] } = {},
): Promise<Figures> {
  const analysis = new Analysis(new Zone(zone));
  for (const documents of chats) {
    const [first] = documents;
    const chatId = (first && 'chat' in first ? first.chat : undefined) ?? GROUP;
    // Each as a page of its own.
    for (const document of documents) {
      const deletedAt = deleted.includes(document.id) ? { deletedAt: 1 } : {};
      analysis.add({ accountId: 7, chatId, messages: [{ document, ...deletedAt }] });
    }
  }
  const names = { chat: async () => undefined, sender: async (_: number, id: number) => `person ${id}` };
  return figuresOf(analysis, names, { top: 10, allWords: false });
}

const say = (id: number, seconds: number, fields: Partial<PostDocument> = {}): PostDocument =>
  post({ id, chat: GROUP, date: DATE + seconds, author: 1, ...fields });

test('messages are counted by kind, sender, day, month and size, and their growth', async () => {
  const figures = await analyzed(
    [
      [
        say(1, 0, { text: 'a cat, the CAT', editDate: DATE, views: 3 }),
        say(2, 3600, { author: 2, media: fileMedia(100, { name: 'a.zip' }), forward: { date: 1 } }),
        service({ id: 3, chat: GROUP, date: DATE + 3601 }),
        say(4, 86_400, { media: fileMedia(50, { kind: 'video' }), text: '😀' }),
        { version: 1, kind: 'empty', id: 5 },
      ],
    ],
    { deleted: [4] },
  );
  const { totals, kinds, senders, days, months, chats, words, largestFiles } = figures;
  assert.deepEqual(totals, {
    ...{ messages: 5, posts: 3, service: 1, deleted: 1, edited: 1, forwarded: 1, replies: 0 },
    ...{ characters: 15, words: 4, links: 0, emoji: 1, reactions: 0, files: 2, bytes: 150, views: 3 },
    senders: { count: 2, isMore: false },
    differentWords: { count: 3, isMore: false },
    days: 2,
    ...{ first: '2024-03-30T23:00:00Z', last: '2024-03-31T23:00:00Z' },
  });
  assert.deepEqual(kinds, [
    { kind: 'text', messages: 1, bytes: 0 },
    { kind: 'file', messages: 1, bytes: 100 },
    { kind: 'service', messages: 1, bytes: 0 },
    { kind: 'video', messages: 1, bytes: 50 },
    { kind: 'unknown', messages: 1, bytes: 0 },
  ]);
  assert.deepEqual(
    senders.items.map(({ name, messages, characters, bytes }) => [name, messages, characters, bytes]),
    [
      ['person 1', 2, 15, 50],
      ['person 2', 1, 0, 100],
    ],
  );
  assert.deepEqual(days, [
    { day: '2024-03-30', messages: 1 },
    { day: '2024-03-31', messages: 2 },
  ]);
  assert.deepEqual(months, [{ month: '2024-03', messages: 3, bytes: 150, allMessages: 3, allBytes: 150 }]);
  assert.deepEqual(words.items, [{ name: 'cat', count: 2, error: 0 }]);
  assert.deepEqual(
    largestFiles.map(({ id, name, bytes }) => [id, name, bytes]),
    [
      [2, 'a.zip', 100],
      [4, null, 50],
    ],
  );
  assert.deepEqual(
    chats.map(({ id, messages, bytes }) => [id, messages, bytes]),
    [[GROUP, 5, 150]],
  );
});

test('hours, weekdays and days are those of the zone, also when its clocks are changed', async () => {
  // 2024-03-30 is a Saturday; on the 31st, Berlin's clocks went from 2:00 to 3:00.
  const documents = [say(1, 0), say(2, 7199 - 3600), say(3, 2 * 3600), say(4, 23 * 3600)];
  const { hours, days, zone } = await analyzed([documents], { zone: 'Europe/Berlin' });
  assert.equal(zone, 'Europe/Berlin');
  assert.deepEqual(days, [
    { day: '2024-03-31', messages: 3 },
    { day: '2024-04-01', messages: 1 },
  ]);
  const counted = hours.flatMap((day, weekday) =>
    day.flatMap((messages, hour) => (messages > 0 ? [[weekday, hour, messages]] : [])),
  );
  // 0:00, 0:59:59, 3:00 (of summer) on Sunday; 0:00 on Monday.
  assert.deepEqual(counted, [
    [0, 0, 1],
    [6, 0, 2],
    [6, 3, 1],
  ]);
  const far = await analyzed([[say(1, 0)]], { zone: 'Asia/Kathmandu' });
  assert.deepEqual(far.hours[6]?.[4], 1);
  assert.throws(() => new Zone('Nowhere/City'), RangeError);
});

test('months without messages are there, too', async () => {
  const { months } = await analyzed([[say(1, 0), say(2, 70 * 86_400)]]);
  assert.deepEqual(
    months.map(({ month, messages, allMessages }) => [month, messages, allMessages]),
    [
      ['2024-03', 1, 1],
      ['2024-04', 0, 1],
      ['2024-05', 0, 1],
      ['2024-06', 1, 2],
    ],
  );
});

test('answers are replies to somebody else, and in a private chat the turns of two people', async () => {
  const reply = (id: number) => ({ reply: { kind: 'message', id } as const });
  const group = [
    say(1, 0),
    say(2, 10, { author: 2 }),
    say(3, 60, { author: 2, ...reply(1) }),
    say(4, 90, { author: 1, ...reply(1) }),
    say(5, 400, { author: 3, ...reply(2) }),
    say(6, 500, { author: 3, ...reply(99_999) }),
    say(7, 600, { author: 2, reply: { kind: 'message', id: 1, chat: -5 } }),
  ];
  const one = await analyzed([group]);
  assert.equal(one.answers.count, 2);
  assert.equal(one.answers.unmeasured, 1);
  const bySender = one.senders.items.map(({ id, answers, medianSeconds }) => [id, answers, medianSeconds]);
  // 390 seconds, to within 2.2 percent.
  assert.deepEqual(bySender, [
    [2, 1, 60],
    [1, 0, null],
    [3, 1, 386],
  ]);
  const friend = (id: number, seconds: number, author: number, fields = {}): PostDocument =>
    post({ id, chat: 42, date: DATE + seconds, author, ...fields });
  const two = await analyzed([
    group,
    [friend(1, 0, 42), friend(2, 5, 42), friend(3, 15, 7), friend(4, 18, 42), friend(5, 20, 42, reply(3))],
  ]);
  assert.equal(two.answers.count, 5);
  assert.deepEqual(
    two.senders.items
      .filter(({ id }) => id === 7 || id === 42)
      .map(({ id, answers, p90Seconds }) => [id, answers, p90Seconds]),
    [
      [42, 2, 5],
      [7, 1, 10],
    ],
  );
});

test('a reply to a message that lies too far back is counted, and not measured', async () => {
  const analysis = new Analysis(new Zone('UTC'));
  const most = MOST_BACK * 1.5;
  const documents = Array.from({ length: most }, (_, nth) => say(nth + 1, nth));
  const last = (id: number, to: number): PostDocument =>
    say(id, id, { author: 2, reply: { kind: 'message', id: to } });
  const edge = most - MOST_BACK;
  const messages = [...documents, last(most + 1, edge), last(most + 2, edge + 10)];
  analysis.add({ accountId: 7, chatId: GROUP, messages: messages.map((document) => ({ document })) });
  assert.equal(analysis.answers.tooFar, 1);
  assert.equal(analysis.answerTimes.total, 1);
});

test('silences are those between two messages of one chat, the longest first', async () => {
  const { silences } = await analyzed([
    [say(1, 0), say(2, 100), say(3, 50), say(4, 1000)],
    [post({ id: 1, chat: 42, date: DATE + 5000 }), post({ id: 2, chat: 42, date: DATE + 5200 })],
  ]);
  assert.deepEqual(
    silences.map(({ chat, seconds }) => [chat, seconds]),
    [
      [GROUP, 900],
      [42, 200],
      [GROUP, 100],
    ],
  );
});
