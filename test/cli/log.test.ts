import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCommandLog } from '../../lib/cli/log.js';
import { Redactor } from '../../lib/cli/redactor.js';
import { FakeClock } from '../support/fake-clock.js';
import { putOddFile } from '../support/odd-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

function linesOf(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function ageOf(file: string): number {
  return Number(/\.(\d+)$/.exec(file)?.[1] ?? 0);
}

test('lines are JSON without secrets, including lines from before the file was opened', async (t) => {
  const path = join(temporaryFolder(t), 'clone.log');
  const redactor = new Redactor();
  redactor.add('s3cret-hash');
  const log = createCommandLog({ clock: new FakeClock(), redactor, onFault: assert.fail });
  log.info('early', { text: 'with s3cret-hash in it' });
  await log.open(path);
  log.warn('flood_wait', {
    method: 'messages.SendMedia',
    seconds: 3,
    id: 5n,
    level: 'forged',
    event: 'forged',
  });
  log.error('failed', { error: new Error('no s3cret-hash', { cause: new Error('s3cret-hash') }) });
  log.debug('not without --debug');
  await log.close();
  const lines = linesOf(path);
  assert.deepEqual(
    lines.map(({ time, level, event }) => [time, level, event]),
    [
      ['2023-11-14T22:13:20.000Z', 'info', 'early'],
      ['2023-11-14T22:13:20.000Z', 'warn', 'flood_wait'],
      ['2023-11-14T22:13:20.000Z', 'error', 'failed'],
    ],
  );
  assert.equal(lines[1]?.['seconds'], 3);
  assert.equal(lines[1]?.['id'], '5');
  assert.ok(!readFileSync(path, 'utf8').includes('s3cret-hash'));
});

test('no text can forge a line', async (t) => {
  const path = join(temporaryFolder(t), 'clone.log');
  const log = createCommandLog({ clock: new FakeClock(), redactor: new Redactor(), onFault: assert.fail });
  await log.open(path);
  const title = 'x"}\n{"level":"error","event":"forged"}\r\u2028\u0085\u001b[2J\u202e';
  log.info('chat', { title });
  await log.close();
  assert.deepEqual(
    linesOf(path).map((line) => [line.event, line['title']]),
    [['chat', title]],
  );
  assert.doesNotMatch(readFileSync(path, 'utf8'), /[\u0085\u2028\u202e]/);
});

test('an existing file keeps its mode, and --debug lines go to both outputs', async (t) => {
  const path = join(temporaryFolder(t), 'clone.log');
  writeFileSync(path, '', { mode: 0o644 });
  const debug: string[] = [];
  const log = createCommandLog({
    clock: new FakeClock(),
    redactor: new Redactor(),
    debug: { write: (text) => debug.push(text) },
    onFault: assert.fail,
  });
  await log.open(path);
  log.debug('request', { method: 'help.GetConfig' });
  await log.close();
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.equal(linesOf(path)[0]?.event, 'request');
  assert.match(debug.join(''), /"event":"request"/);
});

test('the file rotates: clone.log is the newest, there are at most ten files, and only the owner may read them', async (t) => {
  const folder = temporaryFolder(t);
  const log = createCommandLog({
    clock: new FakeClock(),
    redactor: new Redactor(),
    maxFileBytes: 4096,
    onFault: assert.fail,
  });
  await log.open(join(folder, 'clone.log'));
  for (let index = 0; index < 1000; index += 1) log.info('sent', { index, text: 'x'.repeat(100) });
  await log.close();
  const files = readdirSync(folder);
  assert.ok(files.length > 1 && files.length <= 10, files.join());
  const kept = files.sort((a, b) => ageOf(b) - ageOf(a)).flatMap((file) => linesOf(join(folder, file)));
  const first = 1000 - kept.length;
  assert.deepEqual(
    kept.map((line) => line['index']),
    kept.map((_, offset) => first + offset),
    'the newest lines, none missing, in order',
  );
  for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
});

test('a named pipe in place of the log is reported, and nothing waits for a reader', async (t) => {
  const path = join(temporaryFolder(t), 'clone.log');
  putOddFile(path, 'pipe');
  const faults: NodeJS.ErrnoException[] = [];
  const log = createCommandLog({
    clock: new FakeClock(),
    redactor: new Redactor(),
    onFault: (error) => faults.push(error),
  });
  await log.open(path);
  log.info('sent', {});
  await log.close();
  assert.deepEqual(
    faults.map((fault) => fault.code),
    ['ENXIO'],
  );
});

test('a full disk under the log is reported once and does not end the run', {
  skip: process.platform !== 'linux',
}, async () => {
  const faults: NodeJS.ErrnoException[] = [];
  const log = createCommandLog({
    clock: new FakeClock(),
    redactor: new Redactor(),
    onFault: (error) => faults.push(error),
  });
  await log.open('/dev/full');
  for (let index = 0; index < 100; index += 1) log.info('sent', { index });
  await log.close();
  assert.deepEqual(
    faults.map((fault) => fault.code),
    ['ENOSPC'],
  );
});
