import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import {
  copiesOfContent,
  copiesOfMedia,
  copiesOfMessages,
  copyAt,
  type FileCopy,
  forgetCopy,
  noteCopy,
} from '../../lib/store/tables/file-copies.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { onAllDatabases, openPlace } from './databases.js';

const SHA = 'a'.repeat(64);

const FILE: FileCopy = {
  host: 'first-host',
  path: '/files/a.mp4',
  accountId: 777,
  mediaId: -8123456789012345678n,
  chatId: -1_001_234_567_890,
  messageId: 7,
  size: 5_000_000_000,
  modified: 1_388_534_400,
  sha256: SHA,
  state: 'there',
  savedAt: 1_770_000_000_123,
};

onAllDatabases('the copies of files', (subject) => {
  it('are found by media, content, message and path, on whichever host, oldest first', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const { mediaId: _, sha256: __, modified: ___, ...bare } = FILE;
    const long: FileCopy = { ...bare, path: `/${'ż/'.repeat(1365)}`, messageId: 8, state: 'writing' };
    const elsewhere: FileCopy = {
      ...FILE,
      host: 'other-host',
      savedAt: FILE.savedAt - 1,
    };
    const bucket: FileCopy = { ...FILE, path: 's3://bucket/A.mp4', messageId: 9, savedAt: FILE.savedAt + 1 };
    for (const copy of [
      FILE,
      long,
      elsewhere,
      bucket,
      { ...bucket, path: 's3://bucket/a.mp4', accountId: 5 },
    ])
      await noteCopy(db, copy);
    assert.deepEqual(await copiesOfMedia(db, 777, [1n, -8123456789012345678n]), [elsewhere, FILE, bucket]);
    assert.equal((await copiesOfContent(db, [SHA])).length, 4);
    assert.deepEqual(await copiesOfMessages(db, FILE, [8]), [long]);
    assert.deepEqual(await copyAt(db, 'first-host', long.path), long);
    assert.equal(await copyAt(db, 'other-host', long.path), undefined);
    assert.equal(await copyAt(db, 'first-host', FILE.path.toUpperCase()), undefined);
  });

  it('have one row for each path of a host, and none once they are forgotten', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const changed: FileCopy = { ...FILE, messageId: 8, size: 1, sha256: 'b'.repeat(64), state: 'gone' };
    await noteCopy(db, FILE);
    await noteCopy(db, { ...FILE, host: 'other-host' });
    for (let times = 0; times < 2; times += 1) await noteCopy(db, changed);
    assert.deepEqual(await copyAt(db, 'first-host', FILE.path), changed);
    for (let times = 0; times < 2; times += 1) await forgetCopy(db, 'first-host', FILE.path);
    assert.equal(await copyAt(db, 'first-host', FILE.path), undefined);
    assert.deepEqual(await copyAt(db, 'other-host', FILE.path), { ...FILE, host: 'other-host' });
  });
});
