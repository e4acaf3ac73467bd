import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { download, FILL, filesIn, inDatabase } from '../../support/download-command.js';
import { runInProcess } from '../../support/in-process.js';
import { openScene } from '../../support/scene.js';

test('a folder whose disk is gone is not filled again, unless its files were removed on purpose', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const out = join(scene.cwd, 'out');
  const args = [
    '--chat-id',
    String(scene.filled.chats.readOnly.id),
    '--media-type',
    'all',
    '--output',
    'out',
  ];
  await download(scene, args);
  const files = filesIn(out);
  assert.ok(files.length > 1);
  const refused = async (words: RegExp, ...more: string[]) => {
    const stdin = new PassThrough();
    stdin.end();
    const { connection: environment, cwd } = scene;
    await assert.rejects(runInProcess(['download', ...args, ...more], { environment, cwd, stdin }), {
      ...{ code: 'OUTPUT_EMPTIED', exitStatus: 2, message: words },
    });
  };
  renameSync(out, `${out}.away`);
  const fix = `although ${files.length} files were downloaded into it: mount its disk\\. If you removed them on purpose, --refill`;
  await refused(new RegExp(`out does not exist, ${fix}`));
  await refused(new RegExp(`out does not exist, ${fix}`), '--dry-run');
  assert.ok(!existsSync(out), 'nothing is in the way of the disk');
  mkdirSync(join(out, 'lost+found'), { recursive: true });
  await refused(new RegExp(`out is empty, ${fix}`));
  assert.deepEqual(filesIn(out), []);
  const states = () =>
    inDatabase(scene, (db) =>
      db.selectFrom('file_copies').select(['path', 'state']).orderBy('path').execute(),
    );
  const there = files.map((name) => ({ path: join(out, name), state: 'there' }));
  assert.deepEqual(await states(), there);
  const { stdout } = await download(scene, [...args, '--refill']);
  assert.match(stdout, new RegExp(`Downloaded ${files.length} files`));
  assert.deepEqual(filesIn(out), files);
  assert.deepEqual(await states(), there);
  assert.match((await download(scene, args)).stdout, /Skipped/);
});
