// How SQLite reads for what the archive asks: by an index, however many rows there are.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { CompiledQuery, createQueryId, type Kysely, type KyselyPlugin, type RootOperationNode } from 'kysely';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { selectionOf } from '../../lib/messages/selection/selection.js';
import { readMessages } from '../../lib/store/read/read-messages.js';
import { searchMessages } from '../../lib/store/search/search-messages.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { changesAfter } from '../../lib/store/tables/changes.js';
import {
  copiesOfContent,
  copiesOfMedia,
  copiesOfMessages,
  copyAt,
  type FileCopy,
} from '../../lib/store/tables/file-copies.js';
import { markDeleted } from '../../lib/store/tables/mark-messages.js';
import { titlesOfTopics } from '../../lib/store/tables/save-topics.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { FakeClock } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHAT = { accountId: 7, chatId: -1_001_000_000_001 };

/** Keeps every query that goes through it. */
class Recorder implements KyselyPlugin {
  readonly queries: RootOperationNode[] = [];

  transformQuery({ node }: { readonly node: RootOperationNode }): RootOperationNode {
    this.queries.push(node);
    return node;
  }

  async transformResult<T>({ result }: { readonly result: T }): Promise<T> {
    return result;
  }
}

async function opened(t: Parameters<typeof temporaryFolder>[0] & { after(work: () => unknown): void }) {
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  return db;
}

/** SQLite's plan for each statement that reads, by its SQL. */
async function plansOf(
  db: Kysely<StoreTables>,
  queries: readonly RootOperationNode[],
): Promise<Map<string, string[]>> {
  const plans = new Map<string, string[]>();
  for (const node of queries) {
    if (node.kind === 'RawNode') continue;
    const { sql, parameters } = db.getExecutor().compileQuery(node, createQueryId());
    const { rows } = await db.executeQuery<{ readonly detail: string }>(
      CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
    );
    plans.set(
      sql,
      rows.map(({ detail }) => detail),
    );
  }
  return plans;
}

function assertNoScans(plans: ReadonlyMap<string, readonly string[]>): void {
  const scans = [...plans].filter(([, steps]) => steps.some((step) => /^SCAN (?!CONSTANT|\d)/.test(step)));
  assert.deepEqual(scans, []);
}

test('nothing that the archive writes, and no question of a download, reads a whole table', async (t) => {
  const plain = await opened(t);
  const recorder = new Recorder();
  const db = plain.withPlugin(recorder);
  const writer = storeWriter(db, { host: 'one', clock: new FakeClock() });
  const reference = { source: 'document', id: '9', accessHash: '1', dc: 2, size: 5, mime: 'a/b' } as const;
  const post = (text: string): PostDocument => ({
    ...({ version: 1, kind: 'message', id: 5, chat: CHAT.chatId, date: 1_388_534_400, author: 42 } as const),
    ...{ flags: {}, text, entities: [] },
    media: { kind: 'file', file: { reference: { ...reference, fileReference: 'AQ==' }, date: 0 } },
  });
  const times = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_001_000 };
  const copy: FileCopy = {
    ...{ host: 'one', path: '/a', accountId: 7, mediaId: 9n, chatId: CHAT.chatId, messageId: 5, size: 5 },
    ...{ sha256: 'ab', savedAt: 1_700_000_000_000 },
    state: 'there',
  };
  const entryId = 'ab'.repeat(16);
  await writer.saveAccount({ accountId: 7, name: 'Ada', isBot: false });
  await writer.saveChats(7, [{ chatId: CHAT.chatId, type: 'channel', title: 'News' }]);
  for (const name of ['Bo', 'Bob']) await writer.savePeople(7, [{ personId: 42, name }]);
  await writer.saveTopics(CHAT, [{ topicId: 1, title: 'General' }]);
  assert.equal((await titlesOfTopics(db, CHAT, [1])).size, 1);
  for (const text of ['a', 'b', 'b']) await writer.saveMessages(CHAT, [{ document: post(text) }]);
  await markDeleted(db, { host: 'one', clock: new FakeClock() }, CHAT, [5]);
  await writer.saveMessages(CHAT, [{ document: post('b') }]);
  await writer.noteScan(CHAT, { at: 1_700_000_000_000, lastMessageId: 5 });
  const success = { messageId: 5, status: 'success', path: '/a', sha256: 'ab', ...times } as const;
  await writer.noteDownload(CHAT, { entryId, ...success });
  await writer.noteDownload(CHAT, {
    ...{ entryId: 'cd'.repeat(16), messageId: 5, status: 'failed', error: 'no', ...times },
  });
  await writer.noteCopy(copy);
  assert.equal((await copiesOfContent(db, ['ab'])).length, 1);
  assert.equal((await copiesOfMedia(db, 7, [9n])).length, 1);
  assert.equal((await copiesOfMessages(db, CHAT, [5])).length, 1);
  assert.ok(await copyAt(db, 'one', '/a'));
  assert.equal((await changesAfter(db, 0n, 10)).length, 6);
  await writer.forgetCopy('one', '/a');
  await writer.logAction({ entryId, action: 'scan', state: 'started', userName: 'ada', arguments: {} });
  const plans = await plansOf(plain, recorder.queries);
  assert.ok(plans.size >= 25, `only ${plans.size} statements were seen`);
  assertNoScans(plans);
});

test('messages are found by media, date, status and host with an index', async (t) => {
  const db = await opened(t);
  const messages = db.selectFrom('messages').select('message_id');
  const ofChat = messages.where('account_id', '=', 7).where('chat_id', '=', CHAT.chatId);
  const questions = {
    messages_on_media: messages.where('account_id', '=', 7).where('media_id', '=', 9n),
    messages_on_date: ofChat
      .where('date', '>=', '2024-01-01')
      .where('date', '<', '2025-01-01')
      .orderBy('date'),
    messages_on_media_type: ofChat.where('media_type', '=', 'photo'),
    messages_on_status: ofChat.where('status', '=', 'failed'),
    messages_on_retrieved_hostname: messages.where('retrieved_hostname', '=', 'one'),
    messages_on_download_hostname: messages.where('download_hostname', '=', 'one'),
    media_on_sha256: db.selectFrom('media').select('media_id').where('sha256', '=', 'ab'),
    download_log_on_message: db
      .selectFrom('download_log')
      .select('entry_id')
      .where('account_id', '=', 7)
      .where('chat_id', '=', CHAT.chatId)
      .where('message_id', '=', 5),
    download_log_on_hostname: db.selectFrom('download_log').select('entry_id').where('hostname', '=', 'one'),
  };
  for (const [index, question] of Object.entries(questions)) {
    const plans = await plansOf(db, [question.toOperationNode()]);
    assertNoScans(plans);
    const steps = [...plans.values()].flat().join('; ');
    assert.match(steps, new RegExp(`INDEX ${index} `), `${index}: ${steps}`);
    assert.doesNotMatch(steps, /TEMP B-TREE/);
  }
});

test('a search reads stretches of chats by the primary key, and what chats there are from an index', async (t) => {
  const plain = await opened(t);
  const recorder = new Recorder();
  const db = plain.withPlugin(recorder);
  const document: PostDocument = {
    ...{ version: 1, kind: 'message', id: 5, chat: CHAT.chatId, date: 1_388_534_400, author: 42 },
    ...{ flags: {}, text: 'a word', entities: [] },
  };
  await storeWriter(plain, { host: 'one', clock: new FakeClock() }).saveMessages(CHAT, [{ document }]);
  const since = { at: 1_388_534_400, canonical: '' };
  const options = { chats: undefined, after: undefined, signal: new AbortController().signal };
  const selectionFor = (self: number) => selectionOf({ since }, { self, named: new Map() });
  const all = searchMessages({ ...options, db, words: ['word'], selectionFor });
  assert.equal((await all.next()).value?.messageId, 5);
  assert.ok((await all.next()).done);
  const plans = await plansOf(plain, recorder.queries);
  assert.ok(plans.size >= 5, `only ${plans.size} statements were seen`);
  for (const [sql, steps] of plans) {
    const [first = ''] = steps.filter((step) => /messages/.test(step));
    const isGrouped = sql.includes('group by');
    assert.match(first, isGrouped ? /SCAN messages USING COVERING INDEX/ : /SEARCH messages USING /, sql);
    if (!isGrouped && !/min\(/.test(sql)) assert.match(first, /autoindex_messages_1 .*message_id/, sql);
    assert.doesNotMatch(steps.join('; '), /TEMP B-TREE/, sql);
  }
});

test('stored messages are read along the primary key, without sorting', async (t) => {
  const plain = await opened(t);
  const recorder = new Recorder();
  const db = plain.withPlugin(recorder);
  const document: PostDocument = {
    ...{ version: 1, kind: 'message', id: 5, chat: CHAT.chatId, date: 1_388_534_400, author: 42 },
    ...{ flags: {}, text: 'a word', entities: [], album: '9' },
  };
  await storeWriter(plain, { host: 'one', clock: new FakeClock() }).saveMessages(CHAT, [{ document }]);
  const since = { at: 1_388_534_400, canonical: '' };
  const selection = selectionOf({ since }, { self: 7, named: new Map() });
  const pages = readMessages({ db, ...CHAT, selection, signal: new AbortController().signal });
  assert.equal((await pages.next()).value?.length, 1);
  const plans = await plansOf(plain, recorder.queries);
  // The rows of a page are seen twice: alone, and in what makes one text of them.
  assert.equal(plans.size, 4, [...plans.keys()].join('\n'));
  for (const [sql, steps] of plans) {
    assert.doesNotMatch(steps.join('; '), /TEMP B-TREE/, sql);
    const [first = ''] = steps.filter((step) => /messages/.test(step));
    assert.match(
      first,
      /min\(/.test(sql) ? /SEARCH messages USING / : /autoindex_messages_1 .*message_id/,
      sql,
    );
  }
});
