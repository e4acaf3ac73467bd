import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, copyFileSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launcher } from '../support/paths.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FULL = '/dev/full';

test('help and version are shown for all the words that people try', async (t) => {
  const cwd = temporaryFolder(t);
  const said = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await telepi(args, { cwd });
    assert.equal(status, 0, `${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const all = await said('--help');
  assert.match(all, /^telepi clones/);
  assert.equal(await said('help'), all);
  assert.equal(await said('-h'), all);
  assert.equal(await said('--help=yes'), all);
  const ofRun = await said('run', '--help');
  assert.match(ofRun, /--retry-failed/);
  assert.equal(await said('help', 'run'), ofRun);
  assert.equal(await said('run', '-h'), ofRun);
  assert.equal(await said('help', 'clone'), ofRun);
  assert.equal(await said('clone', '--help'), ofRun);
  assert.equal(await said('-V'), await said('--version'));
  const unknown = await telepi(['help', 'transmogrify'], { cwd });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^telepi: There is no such command; the commands are login, .*\n$/);
});

test('settings can come through a pipe, which is read only once', {
  skip: !existsSync('/bin/bash'),
}, async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'settings'), 'TG_API_ID=5\nTG_API_HASH=0123456789abcdef0123456789abcdef\nODD=1\n');
  const script = '"$0" "$1" check --json --settings <(cat settings)';
  const { stdout } = spawnSync('/bin/bash', ['-c', script, process.execPath, launcher], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], SOURCE_CHAT: 'me', TARGET_CHAT: 'me' },
  });
  assert.match(stdout, /complete, with \/dev\/fd\/\d+/);
  assert.match(stdout, /ODD, which TelePi does not know/);
});

test('an endless settings file is refused, and waiting for a pipe without a writer can be interrupted', async (t) => {
  const cwd = temporaryFolder(t);
  const { status, stderr } = await telepi(['status', '--settings', '/dev/zero'], { cwd });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /^telepi: Settings file \/dev\/zero: it is larger than 1 MiB[^\n]+\n$/);
  assert.equal(spawnSync('mkfifo', [join(cwd, 'pipe')]).status, 0);
  const ended = await telepi(['status', '--settings', 'pipe'], {
    cwd,
    onStart: (child) => {
      // A pipe can be opened for writing without waiting as soon as somebody reads.
      const look = setInterval(() => {
        try {
          openSync(join(cwd, 'pipe'), constants.O_WRONLY | constants.O_NONBLOCK);
        } catch {
          return;
        }
        clearInterval(look);
        child.kill('SIGTERM');
      }, 20);
    },
  });
  assert.equal(ended.signal, 'SIGTERM');
});

test('a checkout that has not been built says so in one sentence', (t) => {
  const checkout = temporaryFolder(t);
  mkdirSync(join(checkout, 'bin'));
  copyFileSync(launcher, join(checkout, 'bin', 'telepi'));
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, 'bin', 'telepi'), 'run'], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /^telepi: It has not been built yet: run `npm ci` in [^\n]+\n$/);
});

test('a full disk behind standard output is reported in one sentence with status 1', {
  skip: !existsSync(FULL),
}, (t) => {
  const cwd = temporaryFolder(t);
  const full = openSync(FULL, 'w');
  t.after(() => closeSync(full));
  for (const args of [['--help'], ['run', '--help'], ['--version'], ['status'], ['status', '--json']]) {
    const { status, stderr } = spawnSync(process.execPath, [launcher, ...args], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    assert.equal(
      stderr,
      "telepi: Standard output can't be written: no space left on device (ENOSPC).\n",
      args.join(' '),
    );
    assert.equal(status, 1);
  }
});

test('a full disk behind both outputs still gives status 1', { skip: !existsSync(FULL) }, () => {
  const full = openSync(FULL, 'w');
  const { status } = spawnSync(process.execPath, [launcher, '--help'], { stdio: ['ignore', full, full] });
  closeSync(full);
  assert.equal(status, 1);
});

test('the command ends quietly when its reader goes away', async () => {
  const child = spawn(process.execPath, [launcher, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = await once(child, 'close');
  assert.deepEqual([status, stderr], [0, '']);
});
