// What is known of files: from another program, after they were changed, and what the messages' rows say of it.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { editMessage } from '../../lib/sandbox/world/changing.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import { asBigInt, asNumber } from '../../lib/store/values.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene, HOST } from '../support/download-scene.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'known files' });
});
after(() => scene.close());

function opened(t: TestContext): Promise<DownloadScene> {
  return downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
}

function photo(width: number): Media {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width, height: 30 });
  return { kind: 'photo', fileId: id, spoiler: false };
}

function messageRow({ store }: DownloadScene, id: number) {
  return store.db.selectFrom('messages').selectAll().where('message_id', '=', id).executeTakeFirstOrThrow();
}

/** Rewrites a file in place: its size stays. */
async function spoil(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test('what another program has noted by its message alone is not downloaded again, here and on other machines', async (t) => {
  const chat = scene.group('taken over');
  const ids = [
    photo(100),
    scene.document(300_001),
    photo(120),
    scene.document(300_002),
    scene.document(300_003),
  ].map((media) => scene.post(chat, { text: '', media }));
  const order = await chatOrder(scene, chat);
  const older = await opened(t);
  await older.run([order]);
  const here = await opened(t);
  const folder = join(temporaryFolder(t), 'downloads');
  await mkdir(folder);
  const names = (await readdir(older.folder)).sort();
  for (const [nth, name] of names.entries()) {
    const [messageId = assert.fail(), path] = [ids[nth], join(folder, `20240305_183000_msg${ids[nth]}.bin`)];
    await copyFile(join(older.folder, name), path);
    const { size, mtimeMs } = await stat(path);
    const row = { accountId: scene.me.id, chatId: order.chat.id, messageId, path, savedAt: 1, size } as const;
    // The third lies on another machine; the fourth has been cut off; the fifth has other bytes.
    if (nth === 2)
      await here.store.writer.noteCopy({ ...row, host: 'other-host', path: '/far/away', state: 'there' });
    else
      await here.store.writer.noteCopy({
        ...{ ...row, host: HOST, state: 'there', modified: Math.floor(mtimeMs / 1000) },
        ...(nth === 3 && { size: size - 1 }),
      });
    if (nth === 4) await spoil(path);
  }
  const plan = await here.plan([order]);
  assert.deepEqual(
    plan.map(({ already }) => already && [already.host, already.own]),
    [[HOST, true], [HOST, true], ['other-host', false], undefined, [HOST, true]],
  );
  const { summary, error } = await here.run([order], { verifySource: true });
  assert.equal(error, undefined);
  assert.deepEqual([summary?.skipped, summary?.downloaded], [3, 2]);
  assert.deepEqual(summary?.elsewhere, [{ host: 'other-host', files: 1 }]);
  assert.deepEqual((await readdir(here.folder)).sort(), [names[3], names[4]]);
  const copies = await here.store.db.selectFrom('file_copies').selectAll().orderBy('message_id').execute();
  const known = copies.filter(({ message_id }) => ids.indexOf(asNumber(message_id)) < 2);
  assert.ok(known.every(({ media_id, sha256 }) => media_id !== null && sha256 !== null));
  for (const id of ids) assert.equal((await messageRow(here, id)).status, 'downloaded');
  assert.equal((await here.run([order])).summary?.skipped, 5);
});

for (const dedupe of ['link', 'copy', 'skip'] as const) {
  test(`what another program has noted never becomes what Telegram has sent, with --dedupe ${dedupe}`, async (t) => {
    const chat = scene.group(`not proven ${dedupe}`);
    const media = scene.document(260_001);
    const [first, second] = [scene.post(chat, { text: '', media }), scene.post(chat, { text: '', media })];
    const order = await chatOrder(scene, chat);
    const older = await opened(t);
    await older.run([order]);
    const [name = ''] = await readdir(older.folder);
    const bytes = await readFile(join(older.folder, name));
    const here = await opened(t);
    const path = join(here.folder, 'imported.bin');
    await copyFile(join(older.folder, name), path);
    await spoil(path);
    await here.store.writer.noteCopy({
      ...{ host: HOST, accountId: scene.me.id, chatId: order.chat.id, messageId: first, path },
      ...{ size: bytes.length, state: 'there', savedAt: 1 },
    });
    for (let run = 0; run < 2; run += 1) assert.equal((await here.run([order], { dedupe })).error, undefined);
    const hashes = await here.store.db.selectFrom('media').select('sha256').execute();
    const right = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(
      hashes.map(({ sha256 }) => sha256).filter((sha256) => sha256 !== null),
      dedupe === 'skip' ? [] : [right],
    );
    assert.equal((await messageRow(here, second)).status, 'downloaded');
  });
}

test('what another program has noted is what Telegram has sent once its hashes prove that', async (t) => {
  const chat = scene.group('proven');
  scene.post(chat, { text: '', media: scene.document(270_001) });
  const order = await chatOrder(scene, chat);
  const older = await opened(t);
  await older.run([order]);
  const [name = ''] = await readdir(older.folder);
  const here = await opened(t);
  const path = join(here.folder, 'imported.bin');
  await copyFile(join(older.folder, name), path);
  const noted = await older.store.db.selectFrom('file_copies').selectAll().executeTakeFirstOrThrow();
  await here.store.writer.noteCopy({
    ...{
      host: HOST,
      accountId: scene.me.id,
      chatId: order.chat.id,
      messageId: asNumber(noted.message_id),
      path,
    },
    ...{ size: asNumber(noted.size), state: 'there', savedAt: 1 },
  });
  const { summary } = await here.run([order], { verifySource: true });
  assert.deepEqual([summary?.downloaded, summary?.skipped], [0, 1]);
  const hash = await here.store.db.selectFrom('media').select('sha256').executeTakeFirst();
  assert.equal(hash?.sha256, noted.sha256);
});

test('a file that was changed in place is downloaded again; one that was only touched is not', async (t) => {
  const chat = scene.group('changed in place');
  for (const size of [250_001, 250_002]) scene.post(chat, { text: '', media: scene.document(size) });
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  await here.run([order]);
  const [first = '', second = ''] = (await readdir(here.folder))
    .sort()
    .map((name) => join(here.folder, name));
  const right = await readFile(first);
  await spoil(first);
  await utimes(first, 4, 4);
  await utimes(second, 5, 5);
  assert.deepEqual(
    (await here.plan([order])).map(({ already }) => already !== undefined),
    [false, true],
  );
  const { summary } = await here.run([order]);
  assert.deepEqual([summary?.downloaded, summary?.skipped], [1, 1]);
  const names = await readdir(here.folder);
  assert.equal(names.length, 3);
  const again = names.find((name) => name.includes('(2)')) ?? assert.fail(names.join());
  assert.ok((await readFile(join(here.folder, again))).equals(right));
  const rows = await here.store.db.selectFrom('file_copies').selectAll().execute();
  assert.equal(asNumber(rows.find(({ path }) => path === second)?.modified ?? 0), 5);
  assert.equal(rows.find(({ path }) => path === first)?.state, 'gone');
});

for (const dedupe of ['link', 'copy'] as const) {
  test(`other messages get no bytes by ${dedupe} that are not their file's, even if size and time are`, async (t) => {
    const chat = scene.group(`rotten ${dedupe}`);
    const media = scene.document(260_000, { seed: `rotten ${dedupe}` });
    scene.post(chat, { text: '', media });
    const here = await opened(t);
    const order = await chatOrder(scene, chat);
    await here.run([order]);
    const [name = assert.fail()] = await readdir(here.folder);
    const path = join(here.folder, name);
    const right = await readFile(path);
    const { atime, mtime } = await stat(path);
    await spoil(path);
    await utimes(path, atime, mtime);
    scene.post(chat, { text: '', media });
    const { summary } = await here.run([order], { dedupe, parallel: 1 });
    assert.deepEqual([summary?.downloaded, summary?.skipped], [1, 1]);
    const other = (await readdir(here.folder)).find((each) => each !== name) ?? assert.fail();
    assert.ok((await readFile(join(here.folder, other))).equals(right));
  });
}

test("rows of messages follow what is found: another's file, another machine's, a file that was moved, one that may not be had", async (t) => {
  const chat = scene.group('rows');
  const media = scene.document(270_000);
  const [one, repost] = [scene.post(chat, { text: '', media }), scene.post(chat, { text: '', media })];
  const locked = scene.post(chat, { text: '', noforwards: true, media: scene.document(270_001) });
  const far = scene.post(chat, { text: '', media: scene.document(270_002) });
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const run = () => here.run([order], { parallel: 1 }, ({ messageId }) => messageId !== far);
  assert.deepEqual((await run()).summary?.skipped, 1);
  const [{ local_file_path: path = null } = assert.fail()] = [await messageRow(here, one)];
  assert.ok(path?.startsWith(here.folder));
  const stateOf = async (id: number) => {
    const { status, local_file_path, download_hostname } = await messageRow(here, id);
    return [status, local_file_path, download_hostname];
  };
  assert.deepEqual(await stateOf(repost), ['downloaded', path, HOST]);
  assert.deepEqual(await stateOf(locked), ['failed', null, null]);
  const log = await here.store.db.selectFrom('download_log').selectAll().orderBy('message_id').execute();
  assert.deepEqual(
    log.map(({ message_id, download_status }) => [asNumber(message_id), download_status]),
    [
      [one, 'success'],
      [locked, 'failed'],
    ],
  );
  const mediaId = asBigInt((await messageRow(here, far)).media_id ?? assert.fail());
  const copy: Parameters<typeof here.store.writer.noteCopy>[0] = {
    ...{ host: 'other-host', path: '/far/away', accountId: scene.me.id, chatId: order.chat.id },
    ...{ messageId: far, mediaId, size: 270_002, state: 'there', savedAt: 1 },
  };
  await here.store.writer.noteCopy(copy);
  await here.run([order]);
  assert.deepEqual(await stateOf(far), ['downloaded', '/far/away', 'other-host']);
  const moved = join(here.folder, 'moved.zip');
  await rename(path ?? assert.fail(), moved);
  assert.equal((await here.run([order])).summary?.downloaded, 0);
  assert.deepEqual(await stateOf(one), ['downloaded', moved, HOST]);
  assert.deepEqual(await stateOf(repost), ['downloaded', moved, HOST]);
});

test('an album that begins within the limit stays whole', async (t) => {
  const chat = scene.group('limited album');
  const post = (media: Media, groupedId?: bigint) => scene.post(chat, { text: '', media, groupedId });
  for (const size of [1, 2, 3]) post(scene.document(290_000 + size), 77n);
  post(scene.document(290_004));
  const here = await opened(t);
  const selection = await selectionFor({ limit: '1' }, { self: scene.me.id });
  assert.equal((await here.run([await chatOrder(scene, chat)], { selection })).summary?.downloaded, 3);
});

test('a message that is edited to another file is not downloaded until that one is', async (t) => {
  const chat = scene.group('edited to another file');
  const [first, second] = [scene.document(280_000), scene.document(280_001)];
  const id = scene.post(chat, { text: '', media: first });
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  await here.run([order]);
  const stateOf = async () => {
    const { status, local_file_path, download_hostname, download_datetime } = await messageRow(here, id);
    return [status, local_file_path === null, download_hostname === null, download_datetime === null];
  };
  const edit = (change: object) => {
    const box = chat.box ?? assert.fail();
    const message = box.messages.find((each) => each.id === id) ?? assert.fail();
    editMessage(scene.sandbox.world, message, change, undefined);
  };
  edit({ text: 'only the words' });
  await here.run([order], {}, () => false);
  assert.deepEqual(await stateOf(), ['downloaded', false, false, false]);
  edit({ media: second });
  await here.run([order], {}, () => false);
  assert.deepEqual(await stateOf(), ['retrieved', true, true, true]);
  assert.equal((await here.run([order])).summary?.downloaded, 1);
  assert.deepEqual(await stateOf(), ['downloaded', false, false, false]);
  edit({ media: first });
  assert.equal((await here.run([order])).summary?.skipped, 1);
  assert.deepEqual(await stateOf(), ['downloaded', false, false, false]);
});
