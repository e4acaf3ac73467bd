import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A copy of the sources, so that the addon of this checkout stays as it is. */
async function copyOfSources(t: TestContext): Promise<string> {
  const root = temporaryFolder(t);
  await mkdir(join(root, 'lib/crypto'), { recursive: true });
  await cp(join(repositoryRoot, 'lib/crypto/native'), join(root, 'lib/crypto/native'), { recursive: true });
  return root;
}

function build(root: string, CC: string, ...flags: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'lib/crypto/native/build.mjs'), ...flags],
    { env: { ...process.env, CC }, encoding: 'utf8', timeout: 60_000 },
  );
  return { status, said: stdout + stderr };
}

test('an install where the addon cannot be built succeeds silently; an explicit build says why it fails', async (t) => {
  const root = await copyOfSources(t);
  const absent = 'no-such-compiler';
  assert.deepEqual(build(root, absent, '--optional'), { status: 0, said: '' });
  assert.deepEqual(build(root, 'false', '--optional'), { status: 0, said: '' });
  const asked = build(root, absent);
  assert.equal(asked.status, 1);
  assert.match(asked.said, /^The crypto addon can't be built: .+\n$/);
  const built = await readdir(join(root, 'build')).catch(() => []);
  assert.deepEqual(built, [], 'nothing half done is left');
});
