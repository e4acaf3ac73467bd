import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { Media } from '../../lib/messages/document/media.js';
import { changesAfter } from '../../lib/store/tables/changes.js';
import { markDeleted, noteDownload } from '../../lib/store/tables/mark-messages.js';
import { noteFound } from '../../lib/store/tables/note-found.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { fileMedia, post } from '../support/documents.js';
import { FakeClock } from '../support/fake-clock.js';
import { onAllDatabases, openPlace, type Subject } from './databases.js';

const CHAT = { accountId: 777, chatId: -1_001_234_567_890 };
const WRITER = { host: 'here', clock: new FakeClock() };
const AT = Date.UTC(2026, 0, 1);

const file = (id: number): Media => fileMedia(9, { id: String(id) });

/** A store with a message, and what it says of it. */
async function scene(t: Parameters<typeof openPlace>[0], subject: Subject) {
  const { db } = await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER);
  return {
    db,
    save: (media?: Media) =>
      saveMessages(db, WRITER, CHAT, [{ document: post({ id: 1, ...(media && { media }) }) }]),
    ended: (mediaId: number, status: 'success' | 'failed', isLate = false) =>
      noteDownload(db, { ...WRITER, isLate }, CHAT, {
        ...{ entryId: `${mediaId}`.padStart(32, isLate ? 'a' : 'b'), messageId: 1, status },
        ...{ startedAt: AT, endedAt: AT + mediaId, mediaId: BigInt(mediaId) },
        ...(status === 'success' && { path: `/${mediaId}`, sha256: 'c'.repeat(64) }),
      }),
    found: (mediaId: number) =>
      noteFound(db, WRITER, CHAT, {
        ...{ messageId: 1, mediaId: BigInt(mediaId), host: 'there', path: `/found/${mediaId}`, at: AT },
      }),
    said: async () => {
      const row = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
      return [row.status, row.download_hostname, row.local_file_path];
    },
    changes: async () => (await changesAfter(db, 0n, 100)).map(({ kind }) => kind),
  };
}

onAllDatabases('a message and its files', (subject) => {
  it('is downloaded by a file that it has, and not by one that it had', async (t) => {
    const { save, ended, found, said, changes } = await scene(t, subject());
    await save(file(5));
    await save(file(6));
    const seen = await changes();
    for (const isLate of [false, true]) {
      await ended(5, 'success', isLate);
      assert.deepEqual(await said(), ['retrieved', null, null]);
    }
    await ended(4, 'failed');
    await found(5);
    assert.deepEqual(await said(), ['retrieved', null, null]);
    await ended(6, 'success');
    await ended(7, 'success');
    assert.deepEqual(await said(), ['downloaded', 'here', '/6']);
    assert.deepEqual(await changes(), [...seen, 'downloaded']);
    await save();
    await ended(8, 'success');
    assert.deepEqual(await said(), ['retrieved', null, null]);
    const items = [file(9), file(10)].map((media) => ({ media }));
    await save({ kind: 'paid_media', items } as unknown as Media);
    await ended(10, 'success');
    assert.deepEqual(await said(), ['downloaded', 'here', null], 'the second of several');
  });

  it('is found once, also by two at the same time, and not when it was deleted meanwhile', async (t) => {
    const { db, save, found, said, changes } = await scene(t, subject());
    await save(file(5));
    await Promise.all([found(5), found(5)]);
    assert.deepEqual(await said(), ['downloaded', 'there', '/found/5']);
    assert.deepEqual(await changes(), ['new', 'downloaded']);
    await save(file(6));
    await Promise.all([found(6), markDeleted(db, WRITER, CHAT, [1])]);
    assert.equal((await said())[0], 'deleted');
    assert.deepEqual(await changes(), ['new', 'downloaded', 'edited', 'deleted']);
  });
});
