import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { equalCopies } from '../../lib/store/tables/equal-copies.js';
import { copiesAt, type FileCopy, noteCopy } from '../../lib/store/tables/file-copies.js';
import { datesOfMessages, factsOfMessages, notedFiles } from '../../lib/store/tables/file-facts.js';
import { noteMoved } from '../../lib/store/tables/note-moved.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { fileMedia, post, service } from '../support/documents.js';
import { FakeClock } from '../support/fake-clock.js';
import { onAllDatabases, openPlace } from './databases.js';

const CHAT = { accountId: 777, chatId: -1_001_234_567_890 };
const COPY: FileCopy = {
  ...CHAT,
  host: 'here',
  path: '/files/Ä.mp4',
  mediaId: 5n,
  messageId: 7,
  size: 5_000_000_000,
  modified: 1_388_534_400,
  sha256: 'a'.repeat(64),
  state: 'there',
  savedAt: 1_770_000_000_123,
};

onAllDatabases('files that are compared and moved', (subject) => {
  it('are grouped by their content, as far as they are there', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const { sha256: _, ...unread } = COPY;
    const other = { ...COPY, host: 'elsewhere' };
    const alone = { ...COPY, path: '/alone', sha256: 'b'.repeat(64) };
    for (const copy of [
      COPY,
      other,
      alone,
      { ...alone, path: '/gone', state: 'gone' as const },
      { ...unread, path: '/unread' },
      { ...unread, path: '/unread, too' },
    ])
      await noteCopy(db, copy);
    const groups: (readonly FileCopy[])[] = [];
    for await (const group of equalCopies(db)) groups.push(group);
    assert.deepEqual(
      groups.map((group) => group.map(({ host }) => host).sort()),
      [['elsewhere', 'here']],
    );
  });

  it('keep their message, and their message its file, also when a move is noted twice', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const writer = storeWriter(db, { host: 'here', clock: new FakeClock() });
    await writer.saveChats(CHAT.accountId, [{ chatId: CHAT.chatId, type: 'forum', title: 'News' }]);
    await writer.savePeople(CHAT.accountId, [{ personId: 42, name: 'Bo' }]);
    const topic = service({ id: 3, action: { kind: 'topic_created', title: 'Trips', color: 0 } as never });
    const document = post({ id: 7, topic: 3, author: 42 });
    await writer.saveMessages(CHAT, [{ document: topic }, { document }]);
    const times = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_001_000 };
    const attempt = { entryId: 'ab'.repeat(16), messageId: 7, status: 'success' as const, ...times };
    await writer.noteDownload(CHAT, { ...attempt, path: COPY.path });
    await noteCopy(db, COPY);
    const [facts] = await factsOfMessages(db, [
      { ...CHAT, messageId: 7 },
      { ...CHAT, messageId: 8 },
    ]);
    assert.deepEqual(
      [facts?.chat, facts?.topic, facts?.sender, facts?.document],
      ['News', 'Trips', 'Bo', document],
    );
    const to = '/files/News/Ä.mp4';
    for (let time = 0; time < 2; time += 1) {
      await noteMoved(
        db,
        'here',
        [{ from: COPY.path, to, message: { ...CHAT, messageId: 7 } }],
        COPY.savedAt,
      );
      assert.deepEqual(await copiesAt(db, 'here', [COPY.path, to]), [{ ...COPY, path: to }]);
      const noted: unknown[] = [];
      for await (const file of notedFiles(db, 'here')) noted.push(file);
      assert.deepEqual(noted, [{ ...CHAT, messageId: 7, path: to }]);
    }
  });

  it('are known by the times of their messages, for which many chats are asked in one statement', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const writer = storeWriter(db, { host: 'here', clock: new FakeClock() });
    const chats = Array.from({ length: 150 }, (_, index) => CHAT.chatId - index);
    for (const accountId of [777, 778])
      await writer.saveChats(
        accountId,
        chats.map((chatId) => ({ chatId, type: 'channel', title: 'News' })),
      );
    const at = (id: number, date: number) => ({ document: post({ id, date }) });
    await writer.saveMessages(CHAT, [at(1, 1_700_000_001), at(2, 1_700_000_002)]);
    await writer.saveMessages({ accountId: 778, chatId: chats.at(-1) ?? 0 }, [at(1, 1_700_000_003)]);
    let statements = 0;
    const counted = db.withPlugin({
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const dates = await datesOfMessages(counted, new Set([1, 2, 3]));
    assert.deepEqual(
      dates,
      new Map([
        [1, new Set([1_700_000_001, 1_700_000_003])],
        [2, new Set([1_700_000_002])],
      ]),
    );
    assert.equal(statements, 5, 'one for the chats, and two for each account');
  });

  it('keep their owners when names pass from one to the next, and that is noted twice', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const writer = storeWriter(db, { host: 'here', clock: new FakeClock() });
    const ids = [1, 2, 3];
    await writer.saveMessages(
      CHAT,
      ids.map((id) => ({ document: post({ id, media: fileMedia(COPY.size, { id: String(id) }) }) })),
    );
    const file = (path: string, messageId: number, mediaId = BigInt(messageId)) => ({
      ...COPY,
      ...{ path, messageId, mediaId },
    });
    const times = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_001_000 };
    // The second message has a second file, which leaves its path to the first one.
    for (const copy of [file('/b', 1), file('/x', 2), file('/e', 2, 22n), file('/f', 3)]) {
      await noteCopy(db, copy);
      await writer.noteDownload(CHAT, {
        ...{ entryId: String(copy.mediaId).padStart(32, '0'), messageId: copy.messageId, status: 'success' },
        ...{ ...times, path: copy.path, mediaId: copy.mediaId },
      });
    }
    const move = (from: string, to: string, messageId: number, mediaId = BigInt(messageId)) => ({
      ...{ from, to, mediaId, message: { ...CHAT, messageId } },
    });
    // Of /stray nobody knows whose it is; what is known of its path is of a file that was there before.
    const stray = { from: '/g', to: '/h', message: undefined };
    await noteCopy(db, { ...file('/g', 9), state: 'gone' });
    const moved = [
      move('/b', '/c', 1),
      move('/e', '/y', 2, 22n),
      move('/x', '/e', 2),
      move('/f', '/b', 3),
      stray,
    ];
    const expected = [file('/c', 1), file('/e', 2), file('/y', 2, 22n), file('/b', 3), file('/g', 9)];
    for (let time = 0; time < 2; time += 1) {
      await noteMoved(db, 'here', moved, COPY.savedAt);
      const rows = await db.selectFrom('file_copies').select(['path', 'message_id', 'media_id']).execute();
      assert.deepEqual(
        rows.map((row) => `${row.path} ${row.message_id} ${row.media_id}`).sort(),
        expected.map(({ path, messageId, mediaId }) => `${path} ${messageId} ${mediaId}`).sort(),
      );
      const noted: unknown[] = [];
      for await (const { messageId, path } of notedFiles(db, 'here')) noted.push([messageId, path]);
      assert.deepEqual(noted, [
        [1, '/c'],
        [2, '/e'],
        [3, '/b'],
      ]);
    }
  });
});
