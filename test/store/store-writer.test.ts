import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { FailedError } from '../../lib/base/errors.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { isOutOfReach } from '../../lib/store/out-of-reach.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { contentOf, empty, notesOf, operate, operation } from '../servers/store-operations.js';
import { post } from '../support/documents.js';
import { FakeClock } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHAT = { accountId: 7, chatId: -1_001_000_000_001 };
const TABLES = [
  'accounts',
  'chats',
  'topics',
  'people',
  'former_names',
  'messages',
  'media',
  'changes',
  'download_log',
  'action_log',
] as const;

test('a call of the store writer that is repeated changes nothing', async (t) => {
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const document = {
    ...{ version: 1, id: 5, chat: CHAT.chatId, date: 1_388_534_400, author: 42 },
    ...{ kind: 'message', flags: {}, text: 'hello', entities: [] },
  } as PostDocument;
  const entryId = 'ab'.repeat(16);
  const writer = storeWriter(db, { host: 'one', clock: new FakeClock() });
  const writeAll = async () => {
    await writer.saveAccount({ accountId: 7, name: 'Ada', isBot: false });
    await writer.saveChats(7, [{ chatId: CHAT.chatId, type: 'channel', title: 'News' }]);
    await writer.savePeople(7, [{ personId: 42, name: 'Bo' }]);
    await writer.saveTopics(CHAT, [{ topicId: 1, title: 'General' }]);
    const saved = await writer.saveMessages(CHAT, [{ document }]);
    await writer.noteScan(CHAT, { at: 1_700_000_000_000, lastMessageId: 5 });
    const times = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_001_000 };
    await writer.noteDownload(CHAT, { entryId, messageId: 5, status: 'success', ...times, path: '/a/b' });
    const action = { entryId, action: 'download', state: 'started', userName: 'ada', arguments: {} } as const;
    await writer.logAction(action);
    return saved;
  };
  const rows = () =>
    Promise.all(TABLES.map(async (table) => [table, await db.selectFrom(table).selectAll().execute()]));
  assert.deepEqual(await writeAll(), { added: 1, changed: 0, unchanged: 0 });
  const once = await rows();
  assert.deepEqual(
    once.map(([table, found]) => [table, found?.length]),
    TABLES.map((table) => [table, { former_names: 0, media: 0, changes: 2 }[table as string] ?? 1]),
  );
  assert.deepEqual(await writeAll(), { added: 0, changed: 0, unchanged: 1 });
  assert.deepEqual(await rows(), once);
  await writer.close();
});

test('what became of several files is noted together as it would be one by one, and twice as once', async (t) => {
  const open = async () => {
    const { db, close } = await openSqlite<StoreTables>(
      join(temporaryFolder(t), 'ledger.db'),
      DATABASE_OWNER,
    );
    t.after(close);
    return { db, writer: storeWriter(db, { host: 'one', clock: new FakeClock() }) };
  };
  const [together, apart] = [await open(), await open()];
  const batches = fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(batches, async (all) => {
      const messages = { what: 'messages', ids: [1, 2, 3], word: 'a' } as const;
      for (const { db, writer } of [together, apart]) {
        await empty(db);
        await operate(writer, messages, 0);
      }
      for (const [index, batch] of all.entries()) {
        const notes = batch.flatMap((each, nth) => notesOf(each, 10 * index + nth));
        for (let times = 0; times < 2; times += 1) await together.writer.noteFiles(notes);
        for (const note of notes) {
          if (note.kind === 'copy') await apart.writer.noteCopy(note.copy);
          else if (note.kind === 'forget') await apart.writer.forgetCopy(note.host, note.path);
          else if (note.kind === 'download') await apart.writer.noteDownload(note.chat, note.download);
          else assert.fail();
        }
      }
      assert.deepEqual(await contentOf(together.db), await contentOf(apart.db));
    }),
    { numRuns: 15 },
  );
});

test('an error says whether the database is out of reach', () => {
  assert.ok(isOutOfReach(new FailedError('DATABASE_UNREACHABLE', 'x')));
  assert.ok(isOutOfReach(new FailedError('DATABASE_LOST', 'x')));
  assert.ok(!isOutOfReach(new FailedError('STATE_UNWRITABLE', 'x')));
  assert.ok(!isOutOfReach(new Error('DATABASE_LOST')));
});
test('messages that another process saves between the look for them and the lock are found there', async (t) => {
  const path = join(temporaryFolder(t), 'ledger.db');
  const [mine, theirs] = [
    await openSqlite<StoreTables>(path, DATABASE_OWNER),
    await openSqlite<StoreTables>(path, DATABASE_OWNER),
  ];
  for (const { close } of [mine, theirs]) t.after(close);
  const documents = Array.from({ length: 120 }, (_, nth) => post({ id: nth + 1, chat: CHAT.chatId }));
  const messages = documents.map((document) => ({ document }));
  const clock = new FakeClock();
  const other = storeWriter(theirs.db, { host: 'other', clock });
  const late = {
    execute: async (work: Parameters<ReturnType<(typeof mine)['db']['transaction']>['execute']>[0]) => {
      await other.saveMessages(CHAT, messages.slice(50));
      return mine.db.transaction().execute(work);
    },
  };
  const raced = new Proxy(mine.db, {
    get(target, name) {
      if (name === 'transaction') return () => late;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const writer = storeWriter(raced, { host: 'mine', clock });
  assert.deepEqual(await writer.saveMessages(CHAT, messages), { added: 50, changed: 0, unchanged: 70 });
  const hosts = await mine.db
    .selectFrom('messages')
    .select('retrieved_hostname')
    .orderBy('message_id')
    .execute();
  assert.deepEqual(
    hosts.map((row) => row.retrieved_hostname),
    documents.map(({ id }) => (id <= 50 ? 'mine' : 'other')),
  );
});
