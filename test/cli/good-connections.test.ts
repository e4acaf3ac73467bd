import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { keepGoodConnections, readGoodConnections } from '../../lib/cli/good-connections.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const GOOD = [
  { direction: 'download', dcId: 2, connections: 4 },
  { direction: 'download', dcId: 4, connections: 8 },
  { direction: 'upload', dcId: 2, connections: 1 },
] as const;

test('the number of good connections is kept for each account, direction and DC', async (t) => {
  const dataDir = temporaryFolder(t);
  assert.deepEqual(await readGoodConnections(dataDir, 7, silentLog), []);
  await keepGoodConnections(dataDir, 7, GOOD, silentLog);
  await keepGoodConnections(dataDir, 8, [{ direction: 'upload', dcId: 1, connections: 3 }], silentLog);
  await keepGoodConnections(dataDir, 7, [{ direction: 'upload', dcId: 2, connections: 2 }], silentLog);
  assert.deepEqual(await readGoodConnections(dataDir, 7, silentLog), [
    ...GOOD.slice(0, 2),
    { direction: 'upload', dcId: 2, connections: 2 },
  ]);
});

test('a file with other content is ignored and replaced', async (t) => {
  const dataDir = temporaryFolder(t);
  for (const text of [
    '',
    '{',
    'null',
    '[]',
    '{"7":5}',
    '{"7":{"download":"x"}}',
    '{"7":{"download":{"2":99}}}',
  ]) {
    writeFileSync(join(dataDir, 'connections.json'), text);
    assert.deepEqual(await readGoodConnections(dataDir, 7, silentLog), [], text);
    await keepGoodConnections(dataDir, 7, GOOD, silentLog);
    assert.deepEqual(await readGoodConnections(dataDir, 7, silentLog), GOOD, text);
  }
});

test('a data directory that cannot be written does not make the run fail', async (t) => {
  const dataDir = join(temporaryFolder(t), 'file');
  writeFileSync(dataDir, '');
  await keepGoodConnections(dataDir, 7, GOOD, silentLog);
  assert.equal(readFileSync(dataDir, 'utf8'), '');
});

test('the file is written in place, so that a killed process leaves no other', async (t) => {
  const dataDir = temporaryFolder(t);
  await keepGoodConnections(dataDir, 7, GOOD, silentLog);
  const path = join(dataDir, 'connections.json');
  const { ino, mode } = statSync(path);
  assert.equal(mode & 0o777, 0o600);
  await keepGoodConnections(dataDir, 8, GOOD, silentLog);
  assert.equal(statSync(path).ino, ino);
  assert.deepEqual(readdirSync(dataDir), ['connections.json']);
});

test('a pipe in its place is neither read nor waited for', {
  skip: process.platform === 'win32',
}, async (t) => {
  const dataDir = temporaryFolder(t);
  execFileSync('mkfifo', [join(dataDir, 'connections.json')]);
  assert.deepEqual(await readGoodConnections(dataDir, 7, silentLog), []);
  await keepGoodConnections(dataDir, 7, GOOD, silentLog);
});
