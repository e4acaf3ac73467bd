import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createFileAtomic, writeFileAtomic } from '../../lib/base/atomic-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telepi-atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('an atomic write replaces the content and leaves nothing else behind', async () => {
  const path = join(folder, 'state');
  await writeFileAtomic(path, 'one');
  await writeFileAtomic(path, Buffer.from('two'));
  assert.equal(await readFile(path, 'utf8'), 'two');
  assert.deepEqual(await readdir(folder), ['state']);
});

test("the mode is 600 by default, whatever the umask or the older file's mode", async () => {
  const path = join(folder, 'state');
  await writeFile(path, 'old', { mode: 0o644 });
  await writeFileAtomic(path, 'new');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const before = process.umask(0o077);
  try {
    await writeFileAtomic(path, 'newer', { mode: 0o644 });
  } finally {
    process.umask(before);
  }
  assert.equal((await stat(path)).mode & 0o777, 0o644);
});

test('a write that fails removes its temporary file and leaves the old file alone', async () => {
  const path = join(folder, 'state');
  await mkdir(path);
  await writeFile(join(path, 'kept'), 'kept');
  await assert.rejects(writeFileAtomic(path, 'new'), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
  assert.deepEqual(await readdir(folder), ['state']);
  assert.equal(await readFile(join(path, 'kept'), 'utf8'), 'kept');
});

test('a file is created once, and stays as it is for whoever comes later', async () => {
  const path = join(folder, 'state');
  const data = ['one', 'two', 'three', 'four'];
  const created = await Promise.all(data.map((text) => createFileAtomic(path, text)));
  assert.equal(created.filter((isOwn) => isOwn).length, 1);
  assert.equal(await readFile(path, 'utf8'), data[created.indexOf(true)]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['state']);
});
