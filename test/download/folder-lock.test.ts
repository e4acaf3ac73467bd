// What a download and an organise of one folder see of each other, and what a download that was stopped leaves in it.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { PART_SIZE } from '../../lib/base/bytes.js';
import { SYNC_BYTES } from '../../lib/base/part-file.js';
import { systemRandom } from '../../lib/base/random.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import { shareFolder, takeFolder } from '../../lib/download/folder-lock.js';
import type { ReadOrder } from '../../lib/download/options.js';
import { organiseFolder } from '../../lib/download/organise/organise.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadRun, type DownloadScene, downloadScene } from '../support/download-scene.js';
import { filesUnder, openFilesStore, writeOld } from '../support/files-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SIZE = SYNC_BYTES + 4 * PART_SIZE;
const signal = new AbortController().signal;
const random = systemRandom;
const action = { userName: 'ann', arguments: {} };

let scene: CloneScene;
let order: ReadOrder;
let small: ReadOrder;
let empty: ReadOrder;

before(async () => {
  scene = await cloneScene({ seed: 'one folder' });
  const chat = scene.group('one folder');
  scene.post(chat, { text: '', media: scene.document(SIZE) });
  order = await chatOrder(scene, chat);
  const little = scene.group('one small file');
  scene.post(little, { text: '', media: scene.document(3 * PART_SIZE) });
  small = await chatOrder(scene, little);
  const texts = scene.group('only texts');
  scene.post(texts, { text: 'nothing to download' });
  empty = await chatOrder(scene, texts);
});

after(() => scene?.close());

const opened = (t: TestContext): Promise<DownloadScene> =>
  downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });

test('while a download reads, nothing is moved in its folder, and while files are moved no download begins', async (t) => {
  const here = await opened(t);
  const dataDir = temporaryFolder(t);
  const store = await openFilesStore(t, dataDir);
  writeOld(join(here.folder, '20230102_030405_99_paper.pdf'), 'of the older tool');
  const organise = (folder = here.folder) =>
    organiseFolder({
      ...store,
      ...{ dataDir, folder, signal, random, action, template: readPathTemplate('{kind}/{name}', '--path') },
      onPlan: async () => true,
      onFailed: (_, reason) => assert.fail(reason),
    });
  const attempts: Promise<unknown>[] = [];
  const { error } = await here.run([empty], {
    onEvent({ kind }) {
      if (kind !== 'chat') return;
      attempts.push(assert.rejects(organise(), { code: 'DOWNLOAD_RUNS' }));
    },
  });
  assert.equal(error, undefined);
  assert.equal(attempts.length, 1);
  await Promise.all(attempts);
  const lock = takeFolder(here.folder);
  for (const run of [await here.run([empty]), await here.run([order])])
    assert.equal((run.error as { code?: string }).code, 'ORGANISE_RUNS');
  await assert.rejects(organise(), { code: 'ORGANISE_RUNS' });
  lock.release(true);
  await organise();
  assert.deepEqual(filesUnder(here.folder), ['file/99_paper.pdf']);
  assert.equal((await here.run([empty])).error, undefined);
});

test('folders below and above count, two downloads may share a folder, and the last one leaves nothing', async (t) => {
  const folder = temporaryFolder(t);
  const below = join(folder, 'a', 'b');
  await mkdir(below, { recursive: true });
  const one = shareFolder(below);
  const two = shareFolder(below);
  assert.throws(() => takeFolder(below), { code: 'DOWNLOAD_RUNS' });
  one.release(true);
  assert.throws(() => takeFolder(below), { code: 'DOWNLOAD_RUNS' });
  const store = await openFilesStore(t, temporaryFolder(t));
  writeOld(join(folder, '20230102_030405_99_paper.pdf'), 'of the older tool');
  const organised = organiseFolder({
    ...store,
    ...{ dataDir: temporaryFolder(t), folder, signal, random, action },
    template: readPathTemplate('{name}', '--path'),
    onPlan: async () => true,
    onFailed: (_, reason) => assert.fail(reason),
  });
  await assert.rejects(organised, { code: 'DOWNLOAD_RUNS' });
  two.release(true);
  const above = takeFolder(folder);
  assert.throws(() => shareFolder(below), { code: 'ORGANISE_RUNS' });
  assert.throws(() => takeFolder(below), { code: 'ORGANISE_RUNS' });
  above.release(true);
  const reading = shareFolder(folder);
  assert.throws(() => takeFolder(below), { code: 'DOWNLOAD_RUNS' });
  shareFolder(below).release(true);
  reading.release(true);
  // What one of two leaves is still known when the other one ends.
  const [three, four] = [shareFolder(below), shareFolder(below)];
  three.release(false);
  four.release(true);
  const five = shareFolder(below);
  assert.equal(five.wasLeft, true);
  five.release(true);
  assert.deepEqual(filesUnder(folder), ['20230102_030405_99_paper.pdf']);
});

const under = (template: string) => ({ template: readPathTemplate(template, '--path') });

/** A download that is stopped when its file is nearly complete. */
async function stopped(
  here: DownloadScene,
  template: string,
  { of, at }: { readonly of: ReadOrder; readonly at: number },
): Promise<void> {
  const stop = new AbortController();
  const reason = new Error('stopped by its user');
  const { error, events } = await here.run([of], {
    ...under(template),
    signal: stop.signal,
    onEvent(event) {
      if (event.kind === 'progress' && event.progress.bytesUp >= at) stop.abort(reason);
    },
  });
  assert.equal(error, reason);
  const begun = events.flatMap((event) => (event.kind === 'end' ? [event.summary.begun] : []));
  assert.ok((begun[0] ?? 0) >= at, `${begun} bytes`);
}

const bytesBefore = ({ events }: DownloadRun): number[] =>
  events.flatMap((event) => (event.kind === 'started' ? [event.bytesBefore] : []));

test('what was left of a file is continued under whatever path it gets now', async (t) => {
  const here = await opened(t);
  await stopped(here, 'old title/{name}', { of: order, at: SYNC_BYTES + 2 * PART_SIZE });
  const left = await readdir(join(here.folder, 'old title'));
  assert.equal(left.length, 1);
  assert.match(left[0] ?? '', /\.part$/);
  await writeFile(join(here.folder, 'mine.part'), 'mine');
  const run = await here.run([order], under('new title/{name}'));
  assert.equal(run.error, undefined);
  const [before = 0] = bytesBefore(run);
  assert.ok(before >= 2 * PART_SIZE, `${before} bytes`);
  assert.deepEqual([run.summary?.bytes, run.summary?.kept, run.summary?.begun], [SIZE, before, 0]);
  const [name = ''] = await readdir(join(here.folder, 'new title'));
  assert.deepEqual((await readdir(here.folder)).sort(), ['mine.part', 'new title']);
  assert.equal((await readFile(join(here.folder, 'new title', name))).byteLength, SIZE);
  assert.equal(await readFile(join(here.folder, 'mine.part'), 'utf8'), 'mine');
});

test('what was left of a file that has come otherwise is removed', async (t) => {
  const here = await opened(t);
  await stopped(here, 'old title/{name}', { of: small, at: PART_SIZE });
  const { hold: _, ...other } = diskPlace(here.folder);
  assert.equal((await here.run([small], { ...under('{name}'), place: other })).error, undefined);
  const { summary } = await here.run([small], under('{name}'));
  assert.equal(summary?.skipped, 1);
  const names = await readdir(here.folder);
  assert.equal(names.length, 1, names.join());
});
