import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { changesAfter } from '../../lib/store/tables/changes.js';
import { type DocumentToImport, importDocuments } from '../../lib/store/tables/import-documents.js';
import { markDeleted } from '../../lib/store/tables/mark-messages.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { MessageStatus, StoreTables } from '../../lib/store/tables/schema.js';
import { asNumber } from '../../lib/store/values.js';
import { FakeClock } from '../support/fake-clock.js';
import { onAllDatabases, openPlace, type Subject } from './databases.js';

const CHAT = { accountId: 777, chatId: -1_001_234_567_890 };

/** Message 1 as it was at one of its edits; its text says when that was. */
function edit(editDate: number): DocumentToImport {
  const document: PostDocument = {
    ...{ version: 1, kind: 'message', id: 1, chat: CHAT.chatId, date: 1, author: 5, flags: {} },
    ...{ text: `at ${editDate}`, entities: [], editDate },
  };
  return { document };
}

const WITH_FILE: DocumentToImport = { ...edit(10), file: { name: 'a.jpg', path: '/export/a.jpg' } };

async function opened(t: Pick<TestContext, 'after'>, subject: Subject) {
  const { db } = await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER);
  const writer = { host: 'test-host', clock: new FakeClock() };
  const textOf = (document: string) => (JSON.parse(document) as PostDocument).text;
  return {
    load: (...items: DocumentToImport[]) => importDocuments(db, writer, CHAT, items),
    see: (item: DocumentToImport) => saveMessages(db, writer, CHAT, [item]),
    /** The texts of the message by their versions, the one that stands now last. */
    texts: async () => {
      const columns = ['version', 'document'] as const;
      const rows = [
        ...(await db.selectFrom('versions').select(columns).orderBy('version').execute()),
        ...(await db.selectFrom('messages').select(columns).execute()),
      ];
      assert.deepEqual(
        rows.map(({ version }) => asNumber(version)),
        [...rows.keys()],
      );
      return rows.map(({ document }) => textOf(document));
    },
    /** As another program has marked it, without a file. */
    mark: (status: MessageStatus) =>
      db.updateTable('messages').set({ status, local_file_path: null }).execute(),
    markGone: () => markDeleted(db, writer, CHAT, [1]),
    row: () => db.selectFrom('messages').selectAll().executeTakeFirstOrThrow(),
    changes: async () => (await changesAfter(db, 0n, 10)).map(({ kind }) => kind),
  };
}

onAllDatabases('documents that are imported', (subject) => {
  for (const [name, before, batch, texts] of [
    ['later and later', [10], [20, 30], ['at 10', 'at 20', 'at 30']],
    ['earlier than what is there', [30], [10, 20], ['at 10', 'at 20', 'at 30']],
    ['before and after what is there', [20], [30, 10], ['at 20', 'at 10', 'at 30']],
    ['of a new message', [], [10, 30, 20], ['at 10', 'at 20', 'at 30']],
  ] as const) {
    it(`may be of one message at once, and none of its texts is lost: ${name}`, async (t) => {
      const { load, texts: found, changes } = await opened(t, subject());
      if (before.length > 0) await load(...before.map(edit));
      const added = before.length > 0 ? 0 : 1;
      const [items, changed] = [batch.map(edit), batch.length - added];
      assert.deepEqual(await load(...items), { added, changed, unchanged: 0 });
      assert.deepEqual(await found(), texts);
      assert.deepEqual(await changes(), ['new', 'edited', 'edited']);
      assert.deepEqual(await load(...items), { added: 0, changed: 0, unchanged: items.length });
      assert.deepEqual(await found(), texts);
    });
  }

  for (const [name, steps] of [
    ['by an import', [[{ ...edit(10), deletedAt: 1000 }], [WITH_FILE]]],
    ['in the same import', [[edit(10)], [{ ...edit(10), deletedAt: 1000 }, WITH_FILE]]],
    ['by a scan', [[edit(10)], 'gone', [WITH_FILE]]],
  ] as const) {
    it(`may bring the file of a message that was marked as deleted ${name}, which stays so`, async (t) => {
      const { load, markGone, row } = await opened(t, subject());
      for (const step of steps) {
        if (step === 'gone') await markGone();
        else await load(...step);
      }
      const { status, deleted_datetime, local_file_path, download_hostname } = await row();
      assert.deepEqual(
        [status, local_file_path, download_hostname],
        ['deleted', '/export/a.jpg', 'test-host'],
      );
      assert.notEqual(deleted_datetime, null);
      assert.equal((await load(WITH_FILE)).changed, 0);
    });
  }

  it('may bring a deletion, which is noted as one, alone or with an edit', async (t) => {
    const { load, changes } = await opened(t, subject());
    await load(edit(10));
    assert.deepEqual(await load({ ...edit(10), deletedAt: 1000 }), { added: 0, changed: 1, unchanged: 0 });
    assert.deepEqual(await changes(), ['new', 'deleted']);
    const other = await opened(t, subject());
    await other.load(edit(10));
    assert.equal((await other.load({ ...edit(20), deletedAt: 1000 })).changed, 1);
    assert.deepEqual(await other.changes(), ['new', 'edited', 'deleted']);
  });

  it('may bring the file of a message that TelePi has seen itself, and could not download or has seen go', async (t) => {
    for (const [before, after] of [
      ['retrieved', 'downloaded'],
      ['failed', 'downloaded'],
      ['deleted', 'deleted'],
      ['archived', 'archived'],
    ] as const) {
      const { load, mark, row, see } = await opened(t, subject());
      await see(edit(10));
      await mark(before);
      await load(WITH_FILE);
      const { status, local_file_path } = await row();
      assert.deepEqual([status, local_file_path], [after, before === 'archived' ? null : '/export/a.jpg']);
    }
  });

  it('may bring the file of a message that stays marked as archived, or whose download has failed', async (t) => {
    const { load, mark, row } = await opened(t, subject());
    for (const [before, after] of [
      ['archived', 'archived'],
      ['failed', 'downloaded'],
    ] as const) {
      await load(edit(10));
      await mark(before);
      await load(WITH_FILE);
      const { status, local_file_path } = await row();
      assert.deepEqual([status, local_file_path], [after, '/export/a.jpg']);
    }
  });
});
