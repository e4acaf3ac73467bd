// Downloads onto a file system that has no hard links, such as FAT, by a process that dies.
import assert from 'node:assert/strict';
import type { PathLike } from 'node:fs';
import fsPromises, { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { ReadOrder } from '../../lib/download/options.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { reserveAndRename } from '../../lib/download/without-links.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, type DownloadScene, downloadScene } from '../support/download-scene.js';
import { DyingDisk } from '../support/dying-disk.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;
let order: ReadOrder;
const template = readPathTemplate('film', '--path');
const SIZE = 300_000;

before(async () => {
  scene = await cloneScene({ seed: 'without links' });
  const chat = scene.group('without links');
  scene.post(chat, { text: '', media: scene.document(SIZE) });
  order = await chatOrder(scene, chat);
});

after(() => scene?.close());

const opened = (t: TestContext): Promise<DownloadScene> =>
  downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });

/** A disk that answers as Linux does for FAT: a taken name is noticed first. DyingDisk takes it away again. */
function withoutLinks(): void {
  const link = async (_: PathLike, path: PathLike): Promise<void> => {
    const isTaken = await fsPromises.lstat(path).then(
      () => true,
      () => false,
    );
    throw Object.assign(new Error('no links here'), { code: isTaken ? 'EEXIST' : 'EPERM' });
  };
  patch({ link });
}

function patch(changes: Partial<typeof fsPromises>): void {
  Object.assign(fsPromises, changes);
  syncBuiltinESMExports();
}

test('wherever the process dies, the next one gives the file the name that was meant for it', async (t) => {
  const disk = DyingDisk.install(t);
  withoutLinks();
  const whole = await opened(t);
  disk.live();
  assert.equal((await whole.run([order], { template })).error, undefined);
  const { steps } = disk;
  const content = await readFile(join(whole.folder, 'film.zip'));
  assert.equal(content.byteLength, SIZE);
  let reserved = 0;
  for (let dieAt = 1; dieAt <= steps; dieAt += 1) {
    const here = await opened(t);
    disk.live(dieAt);
    assert.ok((await here.run([order], { template })).error, `step ${dieAt}`);
    disk.live();
    const left = await readdir(here.folder);
    if (left.includes('film.zip') && left.some((name) => name.endsWith('.part'))) reserved += 1;
    const { summary, error } = await here.run([order], { template });
    assert.equal(error, undefined);
    assert.equal((summary?.downloaded ?? 0) + (summary?.skipped ?? 0), 1);
    assert.deepEqual(await readdir(here.folder), ['film.zip'], `died at step ${dieAt} of ${steps}`);
    assert.deepEqual(await readFile(join(here.folder, 'film.zip')), content);
    const rows = await here.store.db.selectFrom('file_copies').select(['path', 'state']).execute();
    assert.deepEqual(rows, [{ path: join(here.folder, 'film.zip'), state: 'there' }]);
  }
  assert.ok(reserved > 0, 'it died while the name was kept');
});

test('a name that was kept when the machine lost its power is freed; the empty file of somebody else stays', async (t) => {
  const { rename, link } = fsPromises;
  t.after(() => patch({ rename, link }));
  withoutLinks();
  for (const [whose, expected] of [
    ['ours', ['film.zip']],
    ["somebody else's", ['film (2).zip', 'film.zip']],
  ] as const) {
    const here = await opened(t);
    patch({ rename: () => Promise.reject(new Error('died')) });
    assert.match(String((await here.run([order], { template })).error), /died/);
    patch({ rename });
    const path = join(here.folder, 'film.zip');
    // Its words were not durable yet.
    await writeFile(path, '');
    if (whose !== 'ours') await utimes(path, 1_600_000_000, 1_600_000_000);
    assert.equal((await here.run([order], { template })).error, undefined);
    assert.deepEqual((await readdir(here.folder)).sort(), expected, whose);
    if (whose !== 'ours') assert.equal(await readFile(path, 'utf8'), '');
  }
});

test('a name that is kept for another file is taken', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'film.zip');
  await writeFile(join(folder, 'a.part'), 'a');
  await writeFile(path, 'TelePi keeps this name for a file that is nearly complete: b.part\n');
  assert.equal(await reserveAndRename(join(folder, 'a.part'), path), false);
  await writeFile(join(folder, 'b.part'), 'b');
  assert.equal(await reserveAndRename(join(folder, 'b.part'), path), true);
  assert.equal(await readFile(path, 'utf8'), 'b');
});
