// Many files that want one name, and files that are posted more than once.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { outlookOf } from '../../lib/cli/download/outlook.js';
import { firstFree, numberedPath } from '../../lib/download/claim-name.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import type { FilePlace } from '../../lib/download/place.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;

before(async () => {
  scene = await cloneScene({ seed: 'one name' });
});

after(() => scene?.close());

test('the free number after thousands is found in a few looks, and no free one is overlooked without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(20_000), fc.integer({ min: 1, max: 50 }), async (taken, start) => {
      let looks = 0;
      const found = await firstFree(start, async (number) => {
        looks += 1;
        return number > taken;
      });
      assert.equal(found, Math.max(start, taken + 1));
      assert.ok(looks <= 2 * Math.log2(taken + 2) + 2, `${looks} looks`);
    }),
  );
  assert.equal(numberedPath('a/b/film.mkv', 3), 'a/b/film (3).mkv');
  assert.equal(numberedPath('s3://bucket/film.mkv', 2), 's3://bucket/film (2).mkv');
  assert.equal(numberedPath('film', 1), 'film');
});

test('each of many files that want one name costs a few looks at the folder', async (t) => {
  const FILES = 40;
  const chat = scene.group('one name');
  for (let each = 0; each < FILES; each += 1)
    scene.post(chat, { text: '', media: scene.document(2_000 + each) });
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  const disk = diskPlace(here.folder);
  let looks = 0;
  const place: FilePlace = {
    ...disk,
    stat(path, signal) {
      looks += 1;
      return disk.stat(path, signal);
    },
  };
  const more = { place, template: readPathTemplate('x', '--path') };
  const { summary, error } = await here.run([await chatOrder(scene, chat)], more);
  assert.equal(error, undefined);
  assert.equal(summary?.downloaded, FILES);
  assert.equal((await readdir(here.folder)).length, FILES);
  assert.ok(looks < 12 * FILES, `${looks} looks`);
  const expected = Array.from({ length: FILES }, (_, index) =>
    numberedPath(join(here.folder, 'x.zip'), index + 1),
  );
  assert.deepEqual(
    (await readdir(here.folder)).map((name) => join(here.folder, name)).sort(),
    expected.sort(),
  );
});

test('a plan counts a file that is posted again once', async (t) => {
  const chat = scene.group('posted again');
  const twice = scene.document(50_000);
  for (const media of [twice, scene.document(60_000), twice]) scene.post(chat, { text: '', media });
  const order = await chatOrder(scene, chat);
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  const planned = await here.plan([order]);
  const { files, bytes, already } = await outlookOf(
    (async function* () {
      yield* planned;
    })(),
    'skip',
  );
  assert.deepEqual(
    { files, bytes, already },
    { files: 2, bytes: 110_000, already: { files: 1, bytes: 50_000 } },
  );
  const { summary } = await here.run([order]);
  assert.deepEqual([summary?.downloaded, summary?.bytes, summary?.skipped], [files, bytes, 1]);
});
