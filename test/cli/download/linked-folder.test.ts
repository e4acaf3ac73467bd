import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { download, FILL, filesIn } from '../../support/download-command.js';
import { openScene } from '../../support/scene.js';

const WORDS = ['@sandbox_readonly', '--kind', 'video', '--path', '{chat}/{stem}.{ext}'];

test('a folder that its user has made a link to elsewhere is followed, and a link that has the name of a file is kept', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const folder = join(scene.cwd, 'downloads');
  const elsewhere = join(scene.cwd, 'other-disk');
  mkdirSync(folder);
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(folder, 'Sandbox read-only'));
  writeFileSync(join(scene.cwd, 'mine'), 'mine');
  symlinkSync(join(scene.cwd, 'mine'), join(elsewhere, 'holiday 19.mp4'));
  await download(scene, WORDS);
  assert.deepEqual(filesIn(elsewhere), ['holiday 19 (2).mp4', 'holiday 24.mp4']);
  assert.ok(lstatSync(join(elsewhere, 'holiday 19.mp4')).isSymbolicLink());
  assert.equal(readFileSync(join(scene.cwd, 'mine'), 'utf8'), 'mine');
  const again = await download(scene, WORDS);
  assert.match(again.stdout, /^Skipped 2 files/m);
});

test('whatever a chat is called, its name leads through no link that has another name, and never out of the folder', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const folder = join(scene.cwd, 'out', 'downloads');
  const elsewhere = join(scene.cwd, 'elsewhere');
  mkdirSync(folder, { recursive: true });
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(folder, 'link'));
  const chat = scene.filled.chats.readOnly;
  for (const title of [
    '..',
    '../..',
    'link/in',
    'link\\in',
    '/etc',
    '\u202e..',
    '.\u200b.',
    `${elsewhere}/x`,
  ]) {
    chat.title = title;
    scene.sandbox.world.touch();
    const { stdout } = await download(scene, [...WORDS, '--output', folder]);
    assert.match(stdout, /^Downloaded 2 files/m, title);
    assert.equal(filesIn(folder).filter((path) => path.endsWith('.mp4')).length, 2, title);
    for (const name of readdirSync(folder))
      if (name !== 'link') rmSync(join(folder, name), { recursive: true });
  }
  assert.deepEqual(filesIn(elsewhere), []);
  assert.deepEqual(
    filesIn(scene.cwd).filter((path) => path.endsWith('.mp4') && !path.startsWith('out/downloads/')),
    [],
  );
});
