import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILL, filesIn } from '../../support/download-command.js';
import { launcher } from '../../support/paths.js';
import { hasPseudoTerminals, onTerminal } from '../../support/pseudo-terminal.js';
import { openScene } from '../../support/scene.js';

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
  assert.match(stdout, /^Skipped 2 files that have been downloaded before\.$/m);
  assert.match(stderr, /Stopped by SIGINT/);
  assert.equal(filesIn(join(scene.cwd, 'downloads')).length, 2);
});

test('a schedule with a chat that is not there fails at once', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const { status, stdout, stderr } = await scene.run([
    'download',
    '@no_such_chat',
    '--schedule',
    '0 3 1 1 *',
  ]);
  assert.equal(status, 2, stderr);
  assert.doesNotMatch(stdout, /The next download/);
  assert.match(stderr, /no_such_chat/);
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
