import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'dotenv';
import { readSettings } from '../../lib/settings/settings.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Calls `onLine` for each line that the process prints. */
function eachLine(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = '';
  child.stdout?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

test('the sandbox prints lines for .env that settings accept, serves on loopback, and ends cleanly on SIGINT and SIGTERM', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const cwd = temporaryFolder(t);
    let reached: Promise<boolean> | undefined;
    const outcome = await telepi(['sandbox', '--seed', '7'], {
      cwd,
      onStart: (child) =>
        eachLine(child, (line) => {
          const port = /^TG_SERVER=127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
          if (port !== undefined) reached = canConnect(Number(port));
          if (line.includes('TG_BOT_TOKEN')) void reached?.finally(() => child.kill(signal));
        }),
    });
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.equal(await reached, true);
    const environment = parse(outcome.stdout);
    const settings = readSettings({ flags: {}, environment, workingDirectory: cwd });
    assert.equal(settings.apiId, 4321);
    assert.ok(settings.server && settings.server.port < 32_768);
    assert.match(settings.sourceChat ?? '', /^-100\d+$/);
    assert.equal(settings.password, 'correct horse');
    assert.equal(settings.autoCreateTopics, true);
    assert.doesNotMatch(outcome.stdout, /closed/);
    assert.match(outcome.stderr, /The sandbox is closed\./);
    assert.match(readFileSync(join(cwd, 'data', 'sandbox.pem'), 'utf8'), /BEGIN RSA PUBLIC KEY/);
    assert.equal(statSync(join(cwd, 'data')).mode & 0o777, 0o700);
  }
});

test('--json, --port, --empty and --state work; kept state is served again on the same ports', async (t) => {
  const cwd = temporaryFolder(t);
  const serve = async (...flags: string[]): Promise<Record<string, unknown>> => {
    const { status, stdout, stderr } = await telepi(['sandbox', '--json', ...flags], {
      cwd,
      onStart: (child) =>
        eachLine(child, (line) => {
          if (line.includes('"serving"')) child.kill('SIGTERM');
        }),
    });
    assert.equal(status, 0, stderr);
    const [serving, closed] = stdout.trimEnd().split('\n');
    assert.deepEqual(JSON.parse(closed ?? ''), { event: 'closed' });
    return JSON.parse(serving ?? '') as Record<string, unknown>;
  };
  const empty = await serve('--empty');
  assert.equal((empty['settings'] as Record<string, string>)['TG_PHONE'], undefined);
  const showcase = await serve('--content', 'showcase', '--seed', '7');
  assert.match((showcase['settings'] as Record<string, string>)['SOURCE_CHAT'] ?? '', /^-100\d+$/);
  const first = await serve('--port', '21873', '--state', 'other.json');
  assert.deepEqual(first['dcs'], [
    { id: 1, host: '127.0.0.1', port: 21873 },
    { id: 2, host: '127.0.0.1', port: 21874 },
  ]);
  const second = await serve('--state', 'other.json');
  assert.deepEqual([first['restored'], second['restored']], [false, true]);
  const told = ({ dcs, seed, settings }: Record<string, unknown>): unknown => ({ dcs, seed, settings });
  assert.deepEqual(told(second), told(first));
});

test('bad flags are refused before anything is served', async (t) => {
  const cwd = temporaryFolder(t);
  const refused = async (flags: string[], words: RegExp): Promise<void> => {
    const { status, stderr } = await telepi(['sandbox', ...flags], { cwd });
    assert.equal(status, 2, stderr);
    assert.match(stderr, words);
    assert.match(stderr, /^telepi: [^\n]+\.\n$/);
  };
  await refused(['--port', '40000'], /--port must be a whole number from 1 to 32766, not "40000"/);
  await refused(
    ['--keep-uploads', 'all'],
    /--keep-uploads must be a whole number of MiB from 0 to \d+, not "all"/,
  );
  await refused(['--latency', 'slow'], /--latency must be a number/);
  await refused(['--drop-before', '2'], /--drop-before must be a number from 0 to 1/);
  await refused(['--message-window', '0'], /--message-window must be more than 0/);
  await refused(['--content', 'all'], /--content must be demo, showcase or long, not "all"/);
  await refused(['--seed', ' '], /--seed must be a word or a number/);
  await refused(
    ['--fault-methods', 'upload.*,messages.Fly'],
    /--fault-methods must name methods .* not messages\.Fly\./,
  );
  await refused(['--one-shot-uploads', 'yes'], /--one-shot-uploads must be none, INTERNAL, /);
  writeFileSync(join(cwd, 'text'), 'mine\n');
  await refused(['--key', 'text'], /--key: .*text exists and is not a sandbox's key: name another file\./);
  assert.equal(readFileSync(join(cwd, 'text'), 'utf8'), 'mine\n');
  await refused(['--key', '.'], /--key: .* is a directory: name another file\./);
  await refused(
    ['--key', 'none/key.pem'],
    /--key: there is no directory .*none: make it, or name another file\./,
  );
  writeFileSync(join(cwd, 'file'), '');
  await refused(['--data-dir', 'file/data'], /file\/data/);
});

test("when it can't listen, the sandbox names the cause: the host, or the port", async (t) => {
  const cwd = temporaryFolder(t);
  const words = async (...flags: string[]): Promise<string> => {
    const { status, stderr } = await telepi(['sandbox', ...flags], { cwd });
    assert.equal(status, 1, stderr);
    return stderr;
  };
  // A documentation address: no machine has it.
  assert.match(await words('--host', '192.0.2.1'), /no network interface of this machine has that address/);
  const taken = createServer();
  t.after(() => taken.close());
  await new Promise<void>((resolve) => {
    // An address that is already taken serves as well.
    taken.once('error', () => resolve());
    taken.listen(21_877, '127.0.0.1', resolve);
  });
  assert.match(await words('--port', '21877'), /another program listens there/);
});
