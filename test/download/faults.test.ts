// What may go wrong with a file: nothing short, empty, changed or half written is ever called done.
import assert from 'node:assert/strict';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { FailedError } from '../../lib/base/errors.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import type { Dedupe } from '../../lib/download/options.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { toLong } from '../../lib/telegram/long.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene } from '../support/download-scene.js';
import { JumpingClock } from '../support/jumping-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'download faults' });
});
after(() => scene.close());
afterEach(() => scene.sandbox.weather.change(FAIR_WEATHER));

function opened(t: TestContext, of = scene, folder = temporaryFolder(t)): Promise<DownloadScene> {
  return downloadScene(t, of, { folder, dataDir: temporaryFolder(t) });
}

/** The client, to which histories announce files that are longer by some bytes. */
function announcing(client: TelepiClient, longerBy: number): TelepiClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...args: unknown[]) => Promise<unknown>;
      if (name !== 'call') return call;
      return async (...args: unknown[]) => {
        const answer = await call(...args);
        const { messages } = answer as { messages?: readonly unknown[] };
        for (const message of messages ?? []) {
          const media = message instanceof Api.Message ? message.media : undefined;
          if (!(media instanceof Api.MessageMediaDocument && media.document instanceof Api.Document))
            continue;
          media.document.size = toLong(Math.max(0, Number(media.document.size) + longerBy));
        }
        return answer;
      };
    },
  });
}

test('a file that is longer, shorter or empty, against its announcement, fails, and the others come', async (t) => {
  const chat = scene.group('other sizes');
  scene.post(chat, { text: '', media: scene.document(900_000) });
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 70, height: 30 });
  scene.post(chat, { text: '', media: { kind: 'photo', fileId: id, spoiler: false } });
  const order = await chatOrder(scene, chat);
  for (const longerBy of [1, 600_000, -900_000]) {
    const here = await opened(t);
    const { summary, error } = await here.run([order], { client: announcing(scene.client, longerBy) });
    assert.equal(error, undefined, String(longerBy));
    assert.deepEqual([summary?.downloaded, summary?.failed.length], [1, 1], String(longerBy));
    const names = (await readdir(here.folder)).filter((name) => !/\.part$|^\./.test(name));
    assert.deepEqual(
      names.map((name) => name.endsWith('.jpg')),
      [true],
    );
    const log = await here.store.db.selectFrom('download_log').selectAll().orderBy('message_id').execute();
    assert.deepEqual(
      log.map(({ download_status }) => download_status),
      ['failed', 'success'],
    );
    assert.match(log[0]?.error_message ?? '', longerBy < 0 ? /is empty/ : /announced/);
    const again = await here.run([order]);
    assert.deepEqual([again.summary?.downloaded, again.summary?.skipped], [1, 1]);
    const sizes = await Promise.all(
      (await readdir(here.folder)).map(async (name) => (await stat(join(here.folder, name))).size),
    );
    assert.ok(sizes.includes(900_000) && sizes.length === 2, sizes.join());
  }
});

test('the network is tried three times, two seconds apart, each a row of the log', async (t) => {
  const clock = new JumpingClock();
  clock.start();
  const stormy = await cloneScene({ seed: 'no network', clock });
  t.after(async () => {
    await stormy.close();
    clock.stop();
  });
  const chat = stormy.group('no network');
  stormy.post(chat, { text: '', media: stormy.document(700_000) });
  const order = await chatOrder(stormy, chat);
  const here = await opened(t, stormy);
  stormy.sandbox.weather.change({ ...FAIR_WEATHER, error500Rate: 1, faultMethods: ['upload.GetFile'] });
  const { summary, error, events } = await here.run([order], { clock });
  assert.equal(error, undefined);
  assert.equal(summary?.failed.length, 1);
  const retries = events.flatMap((event) => (event.kind === 'retry' ? [event] : []));
  assert.deepEqual(
    retries.map(({ attempt, of, waitMs }) => [attempt, of, waitMs]),
    [
      [1, 3, 2000],
      [2, 3, 2000],
    ],
  );
  const rows = here.store.db.selectFrom('download_log').selectAll().orderBy('started_datetime');
  const log = await rows.execute();
  assert.deepEqual(
    log.map(({ download_status }) => download_status),
    ['retry', 'retry', 'failed'],
  );
  stormy.sandbox.weather.change(FAIR_WEATHER);
  assert.equal((await here.run([order], { clock })).summary?.downloaded, 1);
  const { status } = await here.store.db
    .selectFrom('messages')
    .select('status')
    .where('media_type', '<>', 'none')
    .executeTakeFirstOrThrow();
  assert.equal(status, 'downloaded');
});

test('a disk that is full stops the run with what to do, and nothing half written has a name', async (t) => {
  const chat = scene.group('full disk');
  for (let each = 0; each < 8; each += 1)
    scene.post(chat, { text: '', media: scene.document(300_000 + each) });
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const place = diskPlace(here.folder);
  const { diskError } = await import('../../lib/download/disk-error.js');
  let received = 0;
  const full = {
    ...place,
    receive: (file: Parameters<typeof place.receive>[0]) => {
      received += 1;
      const noSpace = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return received > 2 ? Promise.reject(diskError(file.path, noSpace)) : place.receive(file);
    },
  };
  const { error } = await here.run([order], { place: full, parallel: 2 });
  assert.equal((error as { code?: string }).code, 'FILE_NOT_WRITTEN');
  assert.match(String(error), /the disk is full\. Free some space and run again/);
  const actions = await here.store.db.selectFrom('action_log').selectAll().orderBy('seq').execute();
  assert.equal(actions.at(-1)?.state, 'failed');
  const { summary } = await here.run([order]);
  assert.equal((summary?.downloaded ?? 0) + (summary?.skipped ?? 0), 8);
  assert.equal((await readdir(here.folder)).length, 8);
});

test("a run that can't even log its end says what ended it, and what it has done", async (t) => {
  const chat = scene.group('no log');
  scene.post(chat, { text: '', media: scene.document(300_100) });
  const here = await opened(t);
  const writer = {
    ...here.store.writer,
    logAction: (action: Parameters<typeof here.store.writer.logAction>[0]) =>
      action.state === 'started'
        ? here.store.writer.logAction(action)
        : Promise.reject(new FailedError('STATE_UNWRITABLE', 'Not even this.')),
  };
  const { error, events } = await here.run([await chatOrder(scene, chat)], {
    store: { db: here.store.db, writer },
  });
  assert.equal((error as Error).message, 'Not even this.');
  assert.equal(events.at(-1)?.kind, 'end');
});

test('whoever stops a run stops all of it, and the next one continues', async (t) => {
  const chat = scene.group('stopped');
  for (let each = 0; each < 12; each += 1)
    scene.post(chat, { text: '', media: scene.document(400_000 + each) });
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const stop = new AbortController();
  const reason = new Error('stopped by its user');
  const { error } = await here.run([order], {
    signal: stop.signal,
    onEvent: ({ kind }) => kind === 'done' && stop.abort(reason),
  });
  assert.equal(error, reason);
  const actions = await here.store.db.selectFrom('action_log').selectAll().orderBy('seq').execute();
  assert.equal(actions.at(-1)?.state, 'cancelled');
  const { summary } = await here.run([order]);
  assert.equal((summary?.downloaded ?? 0) + (summary?.skipped ?? 0), 12);
  assert.equal((await readdir(here.folder)).length, 12);
});

test('two runs at once in one folder, each with a database of its own, leave each file once', async (t) => {
  const chat = scene.group('at once');
  for (let each = 0; each < 6; each += 1)
    scene.post(chat, { text: '', media: scene.document(500_000 + each) });
  const order = await chatOrder(scene, chat);
  const folder = temporaryFolder(t);
  const [one, other] = [await opened(t, scene, folder), await opened(t, scene, folder)];
  const runs = await Promise.all([one.run([order]), other.run([order])]);
  for (const { error, summary } of runs) {
    assert.equal(error, undefined);
    assert.equal((summary?.downloaded ?? 0) + (summary?.skipped ?? 0), 6);
  }
  assert.equal(
    runs.reduce((sum, { summary }) => sum + (summary?.downloaded ?? 0), 0),
    6,
  );
  const names = await readdir(folder);
  assert.equal(names.length, 6, names.join());
});

const TEMPLATES = ['{name}', '{kind}/{ext}', '{chat}/{id}', '{year}/{name}', 'x'];

test('whatever the template and the choice, again and again: nothing is overwritten, nothing lost', async (t) => {
  const chat = scene.group('any template');
  const same = scene.document(60_000, { seed: 'same' });
  const media = [
    same,
    scene.document(60_000),
    scene.document(60_000, { seed: 'same' }),
    same,
    scene.document(70_000),
  ];
  for (const each of media) scene.post(chat, { text: '', media: each });
  const order = await chatOrder(scene, chat);
  const step = fc.record({
    template: fc.constantFrom(...TEMPLATES),
    dedupe: fc.constantFrom<Dedupe>('skip', 'link', 'copy'),
    parallel: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
      const here = await opened(t);
      let before = new Map<string, bigint>();
      for (const { template, dedupe, parallel } of steps) {
        const more = { template: readPathTemplate(template, '--path'), dedupe, parallel };
        const { summary, error } = await here.run([order], more);
        assert.equal(error, undefined);
        assert.deepEqual([summary?.files, summary?.failed], [5, []]);
        const now = await inodes(here.folder);
        for (const [name, inode] of before) assert.equal(now.get(name), inode, `${name} is another file`);
        before = now;
      }
      const again = await here.run([order], { dedupe: steps.at(-1)?.dedupe ?? 'skip' });
      assert.equal(again.summary?.downloaded, 0);
      const sizes = await Promise.all(
        [...before.keys()].map(async (name) => (await stat(join(here.folder, name))).size),
      );
      assert.ok(sizes.includes(70_000) && sizes.filter((size) => size === 60_000).length >= 2);
    }),
    { numRuns: 8 },
  );
});

test('files that want one name at the same time are all known by the names that they got', async (t) => {
  const chat = scene.group('one name');
  for (let each = 0; each < 12; each += 1)
    scene.post(chat, { text: '', media: scene.document(50_000, { seed: `one ${each}` }) });
  const order = await chatOrder(scene, chat);
  const here = await opened(t);
  await here.run([order], { template: readPathTemplate('x', '--path'), parallel: 12 });
  const before = await inodes(here.folder);
  assert.equal(before.size, 12);
  const rows = await here.store.db.selectFrom('file_copies').select(['path', 'state']).execute();
  assert.deepEqual(
    rows.map(({ path }) => path).sort(),
    [...before.keys()].map((name) => join(here.folder, name)).sort(),
  );
  assert.ok(rows.every(({ state }) => state === 'there'));
  const { summary } = await here.run([order]);
  assert.deepEqual([summary?.downloaded, summary?.skipped], [0, 12]);
  assert.deepEqual(await inodes(here.folder), before);
});

test('a name that a moved file has left is given to another one, and the moved file is still known', async (t) => {
  const chat = scene.group('left name');
  const ids = [1, 2].map((each) =>
    scene.post(chat, { text: '', media: scene.document(50_000, { seed: `left ${each}` }) }),
  );
  const here = await opened(t);
  const order = await chatOrder(scene, chat);
  const template = readPathTemplate('x', '--path');
  const only = (id = 0) => ({ kind: 'messages' as const, chat: order.chat, ids: [id] });
  await here.run([only(ids[0])], { template });
  const [first = ''] = [...(await inodes(here.folder)).keys()];
  await rename(join(here.folder, first), join(here.folder, 'elsewhere'));
  await here.run([only(ids[1])], { template });
  const before = await inodes(here.folder);
  assert.deepEqual([...before.keys()].sort(), [first, 'elsewhere'].sort());
  const { summary } = await here.run([order], { template });
  assert.deepEqual([summary?.downloaded, summary?.skipped], [0, 2]);
  assert.deepEqual(await inodes(here.folder), before);
});

async function inodes(folder: string): Promise<Map<string, bigint>> {
  const found = new Map<string, bigint>();
  for (const name of await readdir(folder, { recursive: true })) {
    const file = await stat(join(folder, name), { bigint: true });
    if (file.isFile()) found.set(name, file.ino);
  }
  return found;
}

test('with its database out of reach a download continues, and what lies there is proven instead of known', async (t) => {
  const chat = scene.group('no database');
  const twice = scene.document(350_000);
  for (const media of [twice, twice, scene.document(360_000)]) scene.post(chat, { text: '', media });
  const order = await chatOrder(scene, chat);
  const here = await opened(t);
  const { writer } = here.store;
  const away = new FailedError('DATABASE_UNREACHABLE', 'The database is out of reach.');
  const db = new Proxy(here.store.db, {
    get() {
      throw away;
    },
  });
  const store = { db, writer };
  const first = await here.run([order], { store });
  assert.equal(first.error, undefined);
  assert.deepEqual([first.summary?.downloaded, first.summary?.skipped], [2, 1]);
  const before = await inodes(here.folder);
  const again = await here.run([order], { store });
  // Of the message whose file lies there under another name nothing is known.
  assert.deepEqual([again.summary?.downloaded, again.summary?.skipped], [0, 3]);
  assert.deepEqual(await inodes(here.folder), before);
});
