import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { formatBytes, GIB, MIB } from '../../lib/base/bytes.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { canWatchProcesses, type ProcessFootprint, watchProcess } from '../support/process-watch.js';
import { sandboxEnvironment } from '../support/sandbox-environment.js';
import { isStateOrLog, MOST_WRITTEN_BYTES } from '../support/state-files.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** More than the 4000 parts of 512 KiB that an account without Premium may upload. */
const SIZE = 2 * GIB;
const BUFFER_MB = 200;
/**
 * The memory that a process takes besides the bytes of files: Node, the library's TL classes, and garbage not collected
 * yet.
 */
const BESIDE_MB = 150;

test('a file of 2 GiB is transferred in little memory, and none of it touches the disk', async (t) => {
  const directory = temporaryFolder(t);
  const sandbox = await startSandbox({ seed: 'large file' });
  t.after(() => sandbox.close());
  const { world, files } = sandbox;
  const me = world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann', premium: true });
  const source = world.createChannel({ title: 'Source', creator: me.id });
  const target = world.createChannel({ title: 'Target', creator: me.id });
  const original = files.add({
    kind: 'document',
    dcId: 2,
    size: SIZE,
    mimeType: 'video/mp4',
    attributes: [{ type: 'filename', name: 'film.mp4' }],
  });
  world.post({
    chat: source.id,
    from: me.id,
    media: { kind: 'document', fileId: original.id, spoiler: false },
  });

  const environment = {
    ...(await sandboxEnvironment(sandbox, SANDBOX_APP, directory)),
    TG_PHONE: '+9996600001',
    TG_CODE: '12345',
    SOURCE_CHAT: String(source.id),
    TARGET_CHAT: String(target.id),
    BUFFER_MB: String(BUFFER_MB),
  };
  const login = await telepi(['login'], { cwd: directory, environment });
  assert.equal(login.status, 0, login.stderr);
  let watch: ReturnType<typeof watchProcess> | undefined;
  t.after(() => watch?.stop());
  const run = await telepi(['run'], {
    cwd: directory,
    environment,
    patienceMs: 10 * 60_000,
    onStart: ({ pid }) => {
      watch = watchProcess(pid);
    },
  });
  assert.equal(run.status, 0, run.stdout + run.stderr);

  const media = target.box?.messages.at(-1)?.media;
  assert.ok(media?.kind === 'document');
  const copy = files.get(media.fileId);
  assert.equal(copy?.size, SIZE);
  assert.equal(await files.sha256(copy), await files.sha256(original));
  requireOnlyState(directory);
  if (canWatchProcesses && watch) requireSmall(watch.stop(), directory);
});

function requireOnlyState(directory: string): void {
  const left = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile() && basename(path) !== 'server.pem');
  assert.deepEqual(
    left.filter((path) => !isStateOrLog(path, directory)),
    [],
  );
  assert.ok(left.reduce((sum, path) => sum + statSync(path).size, 0) < MIB);
}

function requireSmall(
  { peakRssBytes, writtenBytes, filesWritten }: ProcessFootprint,
  directory: string,
): void {
  const most = (BUFFER_MB + BESIDE_MB) * 1e6;
  assert.ok(peakRssBytes > 0 && peakRssBytes < most, `${formatBytes(peakRssBytes)} resident`);
  assert.ok(writtenBytes < MOST_WRITTEN_BYTES, `${formatBytes(writtenBytes)} written`);
  assert.deepEqual(
    [...filesWritten].filter((path) => !isStateOrLog(path, directory)),
    [],
  );
}
