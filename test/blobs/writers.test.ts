import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { type ProcessTable, systemWriters } from '../../lib/blobs/disk/writers.js';

test('a writer has ended when its process has, also when somebody else has its pid now', async (t) => {
  const { own, hasEnded } = systemWriters();
  const [host, era, pid, start] = own.split('.');
  assert.match(own, /^[\da-f]{12}\.\w*\.\d+\.\w+$/);
  assert.equal(hasEnded(own), false);
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  assert.equal(hasEnded([host, era, gone, start].join('.')), true);
  assert.equal(hasEnded([host, era, pid, 'earlier'].join('.')), true);
  assert.equal(hasEnded(['elsewhere', era, gone, start].join('.')), false);
  const script = 'process.stdout.write("up"); setInterval(() => {}, 1000)';
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => other.kill());
  await once(other.stdout, 'data');
  // Another process that lives, under a name that says when a dead one was started.
  assert.equal(hasEnded([host, era, other.pid, start].join('.')), process.platform === 'linux');
});

test('a container that was started again has none of the writers of before, whatever pids are taken', () => {
  const table = (era: string, starts: Readonly<Record<number, string>>): ProcessTable => ({
    host: 'box',
    pid: 7,
    era,
    startOf: (pid) => starts[pid],
  });
  const before = systemWriters(table('first', { 1: '10', 7: '20' }));
  const after = systemWriters(table('second', { 1: '10', 7: '20', 9: '20' }));
  assert.equal(after.hasEnded(before.own), true);
  assert.equal(after.hasEnded(before.own.replace('.7.', '.9.')), true);
  assert.equal(before.hasEnded(before.own), false);
  const silent = systemWriters({ ...table('', { 7: '20', 9: 'unknown' }) });
  assert.equal(silent.hasEnded(silent.own.replace('.7.', '.9.')), false);
});
