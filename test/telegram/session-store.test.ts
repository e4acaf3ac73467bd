import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileSessionStore, stringSessionStore } from '../../lib/telegram/session-store.js';
import { ODD_KINDS, oddKinds, oddWords, putOddFile } from '../support/odd-file.js';

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

test('TG_SESSION is used and never written to disk', async () => {
  const store = stringSessionStore('1abc');
  assert.equal(await store.load(), '1abc');
  await store.save('1def');
  assert.equal(await store.load(), '1def');
  assert.deepEqual(await readdir(folder), []);
});

for (const kind of oddKinds) {
  test(`${ODD_KINDS[kind]} in place of the session is reported at once`, async () => {
    putOddFile(join(folder, 'session'), kind);
    await assert.rejects(fileSessionStore(folder).load(), {
      code: 'NOT_A_FILE',
      message: oddWords(join(folder, 'session'), kind),
    });
  });
}
