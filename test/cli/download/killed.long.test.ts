import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../../lib/base/bytes.js';
import { downloadsIn, filesIn, hashOf } from '../../support/download-command.js';
import { openScene, recordsOf } from '../../support/scene.js';

test('connections that break and a process that is killed cost nothing that was there: the file is continued', async (t) => {
  const weather = { dropBeforeRate: 0.05, faultMethods: ['upload.GetFile'], bytesPerSecond: 2_000_000 };
  const scene = await openScene(t, { weather }, { messages: 3, largeFiles: [48 * MIB], edgeSizes: false });
  await scene.signIn();
  const { source } = scene.filled;
  const large = source.box?.messages.find(({ media }) => {
    const file = media && 'fileId' in media ? scene.sandbox.files.get(media.fileId) : undefined;
    return (file?.size ?? 0) >= 48 * MIB;
  });
  const link = `https://t.me/c/${String(source.id).slice('-100'.length)}/${large?.id}`;
  const args = ['download', link, '--json'];
  const killed = await scene.run(
    args,
    {},
    {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          // 36 MiB are there, and the last 32 of them may be lost with the power.
          if (text.includes(`"bytes":${36 * MIB}`)) child.kill('SIGKILL');
        });
      },
    },
  );
  assert.equal(killed.signal, 'SIGKILL');
  const folder = join(scene.cwd, 'downloads');
  assert.deepEqual(
    filesIn(folder)
      .filter((name) => !name.endsWith('.lock'))
      .map((name) => name.endsWith('.part')),
    [true],
  );
  const stopped = await scene.run(
    args,
    {},
    {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          if (text.includes('"event":"started"')) child.kill('SIGINT');
        });
      },
    },
  );
  assert.equal(stopped.status, 130, stopped.stderr);
  const told = recordsOf(stopped.stdout).find(({ event }) => event === 'summary');
  assert.deepEqual([told?.['downloaded'], told?.['complete']], [0, false]);
  const { status, stdout, stderr } = await scene.run(args);
  assert.equal(status, 0, stderr);
  const progress = recordsOf(stdout).filter(({ event }) => event === 'progress');
  assert.ok(Number(progress.at(-1)?.['bytesBefore']) > 0, 'what was on the disk was not read again');
  const [name = '', ...others] = filesIn(folder);
  assert.deepEqual(others, []);
  const states = (await downloadsIn(scene)).map(({ state }) => state);
  assert.deepEqual(states, ['started', 'started', 'cancelled', 'started', 'completed']);
  const media = large?.media;
  const file = media && 'fileId' in media ? scene.sandbox.files.get(media.fileId) : undefined;
  assert.ok(file);
  assert.equal(
    hashOf(readFileSync(join(folder, name))),
    hashOf(scene.sandbox.files.read(file, 0, file.size) ?? Buffer.of()),
  );
});
