// Whole downloads, through the real client, against the sandbox over TCP, with SQLite.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import type { PlannedFile } from '../../lib/download/events.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import type { Media } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import { asNumber } from '../../lib/store/values.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene, HOST } from '../support/download-scene.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'download' });
});
after(() => scene.close());
afterEach(() => scene.sandbox.weather.change(FAIR_WEATHER));

function opened(
  t: TestContext,
  folder = temporaryFolder(t),
  dataDir = temporaryFolder(t),
): Promise<DownloadScene> {
  return downloadScene(t, scene, { folder, dataDir });
}

function photo(width: number): Media {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 2, width, height: 30 });
  return { kind: 'photo', fileId: id, spoiler: false };
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

/** The SHA-256 of every file below a folder, by its path there. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const content = await Promise.all(
    files.map(async (path) => [path.slice(folder.length + 1), await hashOf(path)] as const),
  );
  return new Map(content.sort());
}

async function stored({ fileId }: Media & { readonly fileId: bigint }): Promise<string> {
  const file = scene.sandbox.files.get(fileId) ?? assert.fail();
  return (await scene.sandbox.files.sha256(file)) ?? assert.fail();
}

function filled(title: string): { readonly chat: Chat; readonly media: readonly Media[] } {
  const chat = scene.group(title);
  const media = [photo(100), scene.document(700_000), scene.document(1_500_000), photo(140)];
  for (const each of media) {
    scene.post(chat, { text: 'words' });
    scene.post(chat, { text: '', media: each });
  }
  return { chat, media };
}

test('every message is saved and every file lies in its folder, and a second run changes nothing', async (t) => {
  const { chat, media } = filled('whole');
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const first = await here.run([order]);
  assert.equal(first.error, undefined);
  const { messages, ...counts } = first.summary ?? assert.fail();
  assert.equal(messages, chat.box?.messages.length);
  assert.deepEqual(
    { ...counts, bytes: undefined },
    {
      files: 4,
      downloaded: 4,
      bytes: undefined,
      kept: 0,
      begun: 0,
      skipped: 0,
      linked: 0,
      copied: 0,
      failed: [],
      missing: [],
      leftOut: [],
      elsewhere: [],
    },
  );
  const content = await contentOf(here.folder);
  const due = await Promise.all(media.map((each) => stored(each as never)));
  assert.deepEqual([...content.values()].sort(), due.sort());
  const planned = first.events.flatMap((event) => (event.kind === 'started' ? [event.planned] : []));
  assert.deepEqual(planned.map(({ path }) => path).sort(), [...content.keys()]);
  for (const { path, date } of planned) {
    assert.equal((await stat(join(here.folder, path))).mtimeMs, date * 1000);
  }
  const { db } = here.store;
  const rows = await db.selectFrom('messages').selectAll().execute();
  assert.equal(rows.length, messages);
  assert.deepEqual(rows.filter(({ status }) => status === 'downloaded').length, 4);
  assert.ok(rows.every(({ raw, raw_layer }) => raw !== null && asNumber(raw_layer ?? 0) > 0));
  const log = await db.selectFrom('download_log').selectAll().execute();
  assert.deepEqual(
    log.map(({ download_status }) => download_status),
    Array(4).fill('success'),
  );
  const [{ last_message_id } = assert.fail()] = await db.selectFrom('chats').selectAll().execute();
  assert.equal(asNumber(last_message_id ?? 0), chat.box?.messages.at(-1)?.id);

  const second = await here.run([order]);
  assert.deepEqual([second.summary?.skipped, second.summary?.downloaded, second.error], [4, 0, undefined]);
  assert.deepEqual(await contentOf(here.folder), content);
  assert.equal((await db.selectFrom('download_log').selectAll().execute()).length, 4);
  assert.deepEqual(await db.selectFrom('messages').selectAll().execute(), rows);
  const actions = await db.selectFrom('action_log').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    actions.slice(0, 4).map(({ action, state, user_name }) => [action, state, user_name]),
    [
      ['scan', 'started', 'ann'],
      ['download', 'started', 'ann'],
      ['scan', 'completed', 'ann'],
      ['download', 'completed', 'ann'],
    ],
  );
  assert.deepEqual((await auditActions(db)).findings, []);
});

test('a plan lists the files that a run brings, with the copies that are known, and writes nothing', async (t) => {
  const { chat } = filled('planned');
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const selection = await selectionFor({ kind: 'photo' }, { self: scene.me.id });
  const planned = await here.plan([order], { selection });
  assert.deepEqual(
    planned.map(({ kind }) => kind),
    ['photo', 'photo'],
  );
  assert.deepEqual(await readdir(here.folder), []);
  assert.deepEqual(await here.store.db.selectFrom('messages').selectAll().execute(), []);
  const [one = assert.fail()] = planned;
  const run = await here.run(
    [order],
    { selection },
    ({ messageId }: PlannedFile) => messageId === one.messageId,
  );
  assert.equal(run.summary?.downloaded, 1);
  const again = await here.plan([order], { selection });
  const path = join(here.folder, one.path);
  assert.deepEqual(
    again.map(({ already }) => already),
    [{ path, host: HOST, reachable: true, own: true }, undefined],
  );
  await rm(path);
  assert.deepEqual(
    (await here.plan([order], { selection })).map(({ already }) => already),
    [undefined, undefined],
  );
});

test('a file that was moved or renamed is found by its content; one that was changed is downloaded again', async (t) => {
  const { chat } = filled('moved');
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  await here.run([order]);
  const [first = '', second = '', third = ''] = [...(await contentOf(here.folder)).keys()];
  await rename(join(here.folder, first), join(here.folder, 'mine.bin'));
  await truncate(join(here.folder, second), 5);
  await rm(join(here.folder, third));
  const { summary, error } = await here.run([order]);
  assert.deepEqual([summary?.skipped, summary?.downloaded, error], [2, 2, undefined]);
  const names = [...(await contentOf(here.folder)).keys()];
  assert.ok(!names.includes(first) && names.includes('mine.bin') && names.includes(third), names.join());
  assert.equal((await stat(join(here.folder, second))).size, 5);
  assert.equal(names.length, 5);
  assert.equal((await here.run([order])).summary?.skipped, 4);
});

test('without its database a download takes only what is proven to be its own', async (t) => {
  const { chat } = filled('forgotten');
  const folder = temporaryFolder(t);
  const order = await chatOrder(scene, chat);
  await (await opened(t, folder)).run([order]);
  const before = await contentOf(folder);
  // Of the right name and size, and another file.
  const [victim = assert.fail()] = [...before.keys()].filter((name) => name.endsWith('.zip'));
  const { size } = await stat(join(folder, victim));
  await writeFile(join(folder, victim), Buffer.alloc(size, 1));
  const wrong = await hashOf(join(folder, victim));
  const { summary, error } = await (await opened(t, folder)).run([order]);
  assert.equal(error, undefined);
  assert.deepEqual([summary?.downloaded, summary?.skipped], [1, 3]);
  const now = await contentOf(folder);
  assert.equal(now.get(victim), wrong);
  assert.equal(now.size, before.size + 1);
  for (const sha256 of before.values()) assert.ok([...now.values()].includes(sha256));
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.part')),
    [],
  );
});

for (const dedupe of ['skip', 'link', 'copy'] as const) {
  test(`the same file in two messages, with ${dedupe}`, async (t) => {
    const chat = scene.group(`twice ${dedupe}`);
    const media = scene.document(600_001, { seed: `twice ${dedupe}` });
    // Another document of the same content: known as the same only once it is here.
    const other = scene.document(600_001, { seed: `twice ${dedupe}` });
    for (const each of [media, media, other]) scene.post(chat, { text: '', media: each });
    const here = await opened(t);
    const order = await chatOrder(scene, chat);
    const { summary, error } = await here.run([order], { dedupe, parallel: 1 });
    assert.equal(error, undefined);
    const content = await contentOf(here.folder);
    const files = [...content.keys()].map((name) => join(here.folder, name));
    assert.equal(new Set(content.values()).size, 1);
    const inodes = new Set(await Promise.all(files.map(async (path) => (await stat(path)).ino)));
    const { downloaded, skipped, linked, copied } = summary ?? assert.fail();
    assert.deepEqual(
      { files: files.length, inodes: inodes.size, downloaded, skipped, linked, copied },
      {
        skip: { files: 1, inodes: 1, downloaded: 1, skipped: 2, linked: 0, copied: 0 },
        link: { files: 3, inodes: 1, downloaded: 1, skipped: 0, linked: 2, copied: 0 },
        copy: { files: 3, inodes: 3, downloaded: 2, skipped: 0, linked: 0, copied: 1 },
      }[dedupe],
    );
    const again = await here.run([order], { dedupe, parallel: 1 });
    assert.deepEqual([again.summary?.skipped, again.summary?.downloaded], [3, 0]);
    assert.deepEqual(await contentOf(here.folder), content);
  });
}

test('a copy on another host is skipped and named, or downloaded here all the same', async (t) => {
  const { chat } = filled('elsewhere');
  const dataDir = temporaryFolder(t);
  const order = await chatOrder(scene, chat);
  const there = await opened(t, temporaryFolder(t), dataDir);
  const { storeWriter } = await import('../../lib/store/store-writer.js');
  const { systemClock } = await import('../../lib/base/clock.js');
  const other = { host: 'other-host', clock: systemClock };
  await there.run([order], {
    host: other.host,
    store: { db: there.store.db, writer: storeWriter(there.store.db, other) },
  });
  const here = await opened(t, temporaryFolder(t), dataDir);
  const { summary, events } = await here.run([order]);
  assert.deepEqual([summary?.skipped, summary?.elsewhere], [4, [{ host: 'other-host', files: 4 }]]);
  assert.ok(events.every((event) => event.kind !== 'skipped' || event.path.startsWith(there.folder)));
  assert.deepEqual(await readdir(here.folder), []);
  const linked = await here.run([order], { dedupe: 'link' });
  assert.equal(linked.summary?.downloaded, 4);
  assert.deepEqual(await contentOf(here.folder), await contentOf(there.folder));
});

test('all files of a message come, and a protected chat or message is left alone unless allowed', async (t) => {
  const channel = scene.sandbox.world.createChannel({ title: 'Paid', creator: scene.me.id });
  const items = [photo(90), scene.document(40_001, { mimeType: 'video/mp4' })];
  scene.post(channel, { text: '', media: { kind: 'paid', stars: 1n, seenBy: [scene.me.id], items } });
  scene.post(channel, { text: '', noforwards: true, media: scene.document(40_002) });
  const here = await opened(t);
  const order = await chatOrder(scene, channel);
  const { summary, events } = await here.run([order]);
  assert.deepEqual([summary?.downloaded, summary?.failed.length], [2, 1]);
  assert.match(summary?.failed[0]?.error ?? '', /--allow-protected/);
  const names = (await readdir(here.folder)).sort();
  assert.equal(names.length, 2);
  assert.ok(
    names.some((name) => /_2-2_|_1-2_|-2_/.test(name)),
    names.join(),
  );
  assert.ok(events.some(({ kind }) => kind === 'failed'));
  // A schedule comes by each night, and tries nothing.
  assert.equal((await here.run([order])).summary?.failed.length, 1);
  const { db } = here.store;
  const tried = await db.selectFrom('download_log').select('error_message').orderBy('entry_id').execute();
  assert.deepEqual(
    tried.map((row) => /--allow-protected/.test(row.error_message ?? '')).sort(),
    [false, false, true],
    'the refusal is noted once',
  );
  const marks = db.selectFrom('changes').select('kind').where('kind', '=', 'failed');
  assert.equal((await marks.execute()).length, 1);
  const all = await here.run([order], { allowProtected: true });
  assert.deepEqual([all.summary?.downloaded, all.summary?.skipped], [1, 2]);

  const closed = scene.sandbox.world.createChannel({
    title: 'Closed',
    creator: scene.me.id,
    noforwards: true,
  });
  scene.post(closed, { text: '', media: scene.document(40_003) });
  const closedOrder = await chatOrder(scene, closed);
  assert.equal(((await here.run([closedOrder])).error as { code?: string }).code, 'PROTECTED_CHAT');
  assert.equal((await here.run([closedOrder], { allowProtected: true })).summary?.downloaded, 1);
});

test("a channel's comments come with it, and a forum's topics are folders", async (t) => {
  const { world } = scene.sandbox;
  const channel = world.createChannel({ title: 'Channel', creator: scene.me.id });
  const group = world.createChannel({
    title: 'Comments',
    creator: scene.me.id,
    megagroup: true,
    discussionOf: channel.id,
  });
  const replies = {
    _: 'MessageReplies',
    comments: true,
    replies: 150,
    repliesPts: 1,
    channelId: BigInt(-group.id - 1_000_000_000_000),
  };
  scene.post(group, { text: 'not a comment', media: scene.document(50_000) });
  const post = scene.post(channel, { text: 'post', media: scene.document(50_001), fields: { replies } });
  scene.post(channel, { text: 'without comments' });
  const forward = { from: channel.id, date: 1, post };
  const root = scene.post(group, { text: 'post', forward, media: scene.document(50_001) });
  for (let each = 0; each < 150; each += 1) {
    scene.post(group, {
      text: 'comment',
      replyTo: root,
      ...(each % 50 === 0 && { media: scene.document(50_010 + each) }),
    });
  }
  const here = await opened(t);
  const plain = await here.run([await chatOrder(scene, channel)]);
  assert.equal(plain.summary?.files, 1);
  const { summary, error } = await here.run([await chatOrder(scene, channel, { withComments: true })]);
  assert.equal(error, undefined);
  assert.deepEqual([summary?.files, summary?.downloaded, summary?.skipped], [4, 3, 1]);
  const saved = await here.store.db.selectFrom('messages').select('chat_id').execute();
  assert.equal(saved.filter(({ chat_id }) => asNumber(chat_id) === group.id).length, 150);

  const forum = scene.forum('Forum');
  const topic = world.createTopic(forum, { title: 'Videos/2024', creator: scene.me.id } as never);
  scene.post(forum, { text: '', topicId: topic.id, media: scene.document(50_020) });
  scene.post(forum, { text: '', media: scene.document(50_021) });
  const template = readPathTemplate('{chat}/{topic}/{name}', '--path');
  assert.equal((await here.run([await chatOrder(scene, forum)], { template })).summary?.downloaded, 2);
  assert.deepEqual((await readdir(join(here.folder, 'Forum'))).sort(), ['General', 'Videos_2024']);
  const one = await here.plan([await chatOrder(scene, forum, { topic: topic.id })], { template });
  assert.deepEqual(
    one.map(({ path }) => path),
    ['Forum/Videos_2024/50020.zip'],
  );
});

test('references that expire, faults of the network and floods cost time and lose nothing', async (t) => {
  const { chat } = filled('stormy');
  scene.post(chat, { text: '', media: scene.document(12_000_000) });
  const here = await opened(t);
  scene.sandbox.weather.change({
    ...FAIR_WEATHER,
    referencesExpireAfterReads: 3,
    dropAfterRate: 0.05,
    dropBeforeRate: 0.05,
    error500Rate: 0.05,
    faultMethods: ['upload.*', 'messages.GetHistory', 'channels.GetMessages'],
  });
  const { summary, error } = await here.run([await chatOrder(scene, chat)], { verifySource: true });
  assert.equal(error, undefined);
  assert.deepEqual([summary?.downloaded, summary?.failed], [5, []]);
  scene.sandbox.weather.change(FAIR_WEATHER);
  const sizes = await Promise.all(
    (await readdir(here.folder)).map(async (name) => (await stat(join(here.folder, name))).size),
  );
  assert.ok(sizes.includes(12_000_000));
});
