import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Api } from 'telegram/tl/index.js';
import { type Deferred, deferred } from '../../lib/base/deferred.js';
import { ForumTopics } from '../../lib/download/forum-topics.js';
import { savedInTime } from '../../lib/download/in-time.js';
import type { Page } from '../../lib/download/page.js';
import { PeopleMet } from '../../lib/download/people.js';
import { PageSaver, readMessages } from '../../lib/download/save-page.js';
import { toLong } from '../../lib/telegram/long.js';
import { FakeClock } from '../support/fake-clock.js';
import { openFilesStore } from '../support/files-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = 7;
const CHAT_ID = -1_000_000_000_009;

function pageOf(ids: readonly number[], fields: Partial<Page> = {}): Page {
  const peerId = new Api.PeerChannel({ channelId: toLong(9) });
  const messages = ids.map((id) => new Api.Message({ id, peerId, date: 1_700_000_000, message: `${id}` }));
  const chat = { id: CHAT_ID, kind: 'supergroup', type: 'supergroup', title: 'Group' } as Page['chat'];
  return { chat, sourceIdOf: (id) => id, messages, ...fields };
}

async function openSaver(t: TestContext) {
  const { db, writer, clock } = await openFilesStore(t, temporaryFolder(t));
  const calls: number[] = [];
  const counting: typeof writer = {
    ...writer,
    saveMessages: (chat, messages) => {
      calls.push(messages.length);
      return writer.saveMessages(chat, messages);
    },
  };
  const client = { call: () => Promise.reject(new Error('Nothing is called.')) };
  const options = {
    store: { db, writer: counting },
    accountId: ACCOUNT,
    clock,
  } as unknown as ConstructorParameters<typeof PageSaver>[0];
  const topics = new ForumTopics({ client, signal: new AbortController().signal });
  const saver = new PageSaver(options, new PeopleMet(client), topics);
  const add = (page: Page): boolean => saver.add(page, readMessages(page, { accountId: ACCOUNT }));
  const saved = async (): Promise<number[]> =>
    (await db.selectFrom('messages').select('message_id').orderBy('message_id').execute()).map((row) =>
      Number(row.message_id),
    );
  const chat = () => db.selectFrom('chats').selectAll().executeTakeFirst();
  return { saver, add, saved, chat, calls };
}

const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, nth) => first + nth);

test('pages are saved together, as many as belong in a transaction, and a scan is noted behind them', async (t) => {
  const { saver, add, saved, chat, calls } = await openSaver(t);
  assert.equal(add(pageOf(range(1, 100))), false);
  assert.equal(add(pageOf(range(101, 100))), false);
  assert.deepEqual(await saved(), []);
  assert.equal(add(pageOf(range(201, 100))), true);
  await saver.save();
  assert.deepEqual(await saved(), range(1, 300));
  assert.equal(saver.isWaiting, false);
  assert.equal(add(pageOf([301])), false);
  assert.equal((await chat())?.last_message_id, null);
  assert.equal(add(pageOf([], { end: { lastId: 301 } })), true);
  await saver.save();
  assert.deepEqual(await saved(), range(1, 301));
  assert.equal(Number((await chat())?.last_message_id), 301);
  assert.deepEqual(calls, [300, 1]);
});

test('a message that is read twice, as one of a topic and as one of its chat, is saved as one', async (t) => {
  const { saver, add, saved, calls } = await openSaver(t);
  add(pageOf([3, 5, 8]));
  add(pageOf([1, 3, 5]));
  add(pageOf([6, 8, 9]));
  await saver.save();
  assert.deepEqual(await saved(), [1, 3, 5, 6, 8, 9]);
  assert.deepEqual(calls, [3, 6]);
});

test('what was read is saved when the next page is late, and when it fails', async () => {
  const clock = new FakeClock();
  const pages: Deferred<Page>[] = [deferred(), deferred(), deferred()];
  const source = async function* (): AsyncGenerator<Page> {
    for (const { promise } of pages) yield await promise;
  };
  let saves = 0;
  const saver = {
    isWaiting: false,
    async save() {
      saves += 1;
      saver.isWaiting = false;
    },
  };
  const seen: Page[] = [];
  const reading = (async () => {
    for await (const page of savedInTime(source(), saver, clock)) {
      seen.push(page);
      saver.isWaiting = true;
    }
  })();
  reading.catch(() => {});
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await setImmediate();
  };
  pages[0]?.resolve(pageOf([1]));
  await turns();
  assert.deepEqual([seen.length, saves, clock.sleeping], [1, 0, 1]);
  await clock.advance(999);
  assert.equal(saves, 0);
  await clock.advance(1);
  await turns();
  assert.equal(saves, 1);
  pages[1]?.resolve(pageOf([2]));
  await turns();
  assert.deepEqual([seen.length, saves], [2, 1]);
  pages[2]?.reject(new Error('The third page is refused.'));
  await assert.rejects(reading, /third page/);
  assert.deepEqual([saves, clock.sleeping], [2, 0]);
});
