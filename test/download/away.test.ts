import assert from 'node:assert/strict';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskPlace } from '../../lib/download/disk-place.js';
import { cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('a copy whose whole folder is away stays known, and one that is missing among others is gone', async (t) => {
  const scene = await cloneScene({ seed: 'away' });
  t.after(() => scene.close());
  const chat = scene.group('away');
  for (let each = 0; each < 2; each += 1)
    scene.post(chat, { text: '', media: scene.document(90_000 + each) });
  const order = await chatOrder(scene, chat);
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  await here.run([order]);
  const away = `${here.folder}.away`;
  await rename(here.folder, away);
  t.after(() => rm(away, { recursive: true, force: true }));
  const other = diskPlace(temporaryFolder(t));
  assert.equal((await here.run([order], { place: other })).summary?.downloaded, 2);
  const states = async () => {
    const rows = here.store.db.selectFrom('file_copies').select(['path', 'state']).orderBy('path');
    return (await rows.execute())
      .filter(({ path }) => path.startsWith(here.folder))
      .map(({ state }) => state);
  };
  assert.deepEqual(await states(), ['there', 'there']);
  await rename(away, here.folder);
  const [name = ''] = (await readdir(here.folder)).sort();
  await rm(join(here.folder, name));
  assert.equal((await here.run([order], { place: other })).summary?.skipped, 2);
  assert.deepEqual(await states(), ['gone', 'there']);
});
