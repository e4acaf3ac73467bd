import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { readProfiles } from '../../bench/profile/read-profile.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('a profile is summed up by function, longest first, without idle time', (t) => {
  const folder = temporaryFolder(t);
  const script = `
    function busyLoop() { const until = Date.now() + 300; while (Date.now() < until); }
    busyLoop();
    setTimeout(() => {}, 300);
  `;
  execFileSync(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--eval', script]);
  const times = readProfiles(folder);
  assert.match(times[0]?.name ?? '', /^busyLoop .*:\d+$/);
  assert.ok(times.every(({ seconds }, nth) => nth === 0 || seconds <= (times[nth - 1]?.seconds ?? 0)));
  assert.ok(!times.some(({ name }) => name.includes('idle')));
});
