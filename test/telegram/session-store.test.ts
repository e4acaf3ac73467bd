import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { fileSessionStore, prepareDataDir, stringSessionStore } from '../../lib/telegram/session-store.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telepi-session-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('the session is a file of mode 600 in a directory of mode 700', async () => {
  const dataDir = join(folder, 'a', 'data');
  const store = fileSessionStore(dataDir);
  assert.equal(await store.load(), undefined);
  await store.save('1first');
  await store.save('1second');
  assert.equal(await store.load(), '1second');
  assert.deepEqual(await readdir(dataDir), ['session']);
  assert.equal(await modeOf(join(dataDir, 'session')), '600');
  assert.equal(await modeOf(dataDir), '700');
  await store.remove();
  await store.remove();
  assert.equal(await store.load(), undefined);
});

test('a data directory that others could read is closed', async () => {
  await chmod(folder, 0o755);
  await prepareDataDir(folder);
  assert.equal(await modeOf(folder), '700');
  assert.deepEqual(await readdir(folder), []);
});

test('a directory that this user may not write gives path, owner and mend', async () => {
  const root = process.getuid?.() === 0;
  const dataDir = join(folder, 'data');
  if (root) await mkdir(dataDir, { mode: 0o755 });
  await chmod(folder, root ? 0o755 : 0o500);
  if (root) process.seteuid?.(65534);
  try {
    await assert.rejects(prepareDataDir(dataDir), (error) => {
      assert.ok(error instanceof UsageError);
      assert.ok(error.message.includes(dataDir), error.message);
      assert.match(error.message, /belongs to \d+:\d+/);
      assert.match(error.message, /sudo chown -R \d+:\d+ /);
      return true;
    });
  } finally {
    if (root) process.seteuid?.(0);
  }
});

test('a file in the way is named', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'data')]) {
    await assert.rejects(prepareDataDir(path), (error) => {
      return error instanceof UsageError && error.message.includes(path) && /is a file/.test(error.message);
    });
  }
});

test('TG_SESSION is used and never written to disk', async () => {
  const store = stringSessionStore('1abc');
  assert.equal(await store.load(), '1abc');
  await store.save('1def');
  assert.equal(await store.load(), '1def');
  assert.deepEqual(await readdir(folder), []);
});
