import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../../lib/base/bytes.js';
import { downloadsIn, FILL, filesIn, hashOf } from '../../support/download-command.js';
import { launcher } from '../../support/paths.js';
import { hasPseudoTerminals, onTerminal } from '../../support/pseudo-terminal.js';
import { openScene, recordsOf } from '../../support/scene.js';

test('a schedule downloads what is new each time, until it is interrupted', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  let downloads = 0;
  const { status, stdout, stderr } = await scene.run(
    ['download', '@sandbox_readonly', '--kind', 'video', '--schedule', '* * * * * *'],
    {},
    {
      onStart: (child) => {
        child.stdout?.on('data', (text: string) => {
          if (!/^(?:Downloaded \d|No file)/m.test(text)) return;
          downloads += 1;
          if (downloads === 2) child.kill('SIGINT');
        });
      },
    },
  );
  assert.equal(status, 130, stderr);
  assert.match(stdout, /^The next download begins at \d\d:\d\d:\d\d \(UTC\)\.$/m);
  assert.match(stdout, /^Downloaded 2 files with 1000\.0 KiB/m);
  assert.match(stdout, /^Skipped 2 files that lie there already\.$/m);
  assert.match(stderr, /Stopped by SIGINT/);
  assert.equal(filesIn(join(scene.cwd, 'downloads')).length, 2);
});

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

test('files are ticked in a list on the terminal, and no others are downloaded', {
  skip: !hasPseudoTerminals,
}, async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const command = `${process.execPath} ${launcher} download @sandbox_readonly --media-type all --pick`;
  const terminal = onTerminal(t, command, {
    cwd: scene.cwd,
    columns: 100,
    rows: 30,
    environment: scene.connection,
  });
  await terminal.until(/13 files/);
  terminal.send('pdf');
  await terminal.until(/Bericht/);
  terminal.send('\t\r');
  assert.equal(await terminal.ended, 0, terminal.screen.screen.join('\n'));
  const [name = '', ...others] = filesIn(join(scene.cwd, 'downloads'));
  assert.match(name, /Bericht Nº \d+ – Übersicht\.pdf$/);
  assert.deepEqual(others, []);
  assert.match(
    terminal.screen.screen.join('\n'),
    /Downloaded 1 file with 20\.0 KiB|Downloaded 1 file with 90\.0 KiB/,
  );
});
