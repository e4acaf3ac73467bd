import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { faultsOf } from '../../bench/check.js';
import { resultsText } from '../../bench/report/results-file.js';
import type { Sample } from '../../bench/scenarios/row.js';
import { repositoryRoot } from '../support/paths.js';
import { canWatchProcesses } from '../support/process-watch.js';

const sample = { ok: true } as Sample;
const small = { peakRssBytes: 649e6, writtenBytes: 1e6, filesWritten: new Set(['/srv/data/session']) };

test("too much memory, writes to the disk and files that aren't state count as faults", () => {
  assert.deepEqual(faultsOf(sample, small, '/srv'), []);
  assert.match(
    faultsOf(sample, { ...small, peakRssBytes: 651e6 }, '/srv').join(),
    /^620\.\d MiB were resident$/,
  );
  assert.match(faultsOf(sample, { ...small, writtenBytes: 64e6 }, '/srv').join(), /written to the disk$/);
  const filesWritten = new Set(['/srv/film.mp4']);
  assert.match(faultsOf(sample, { ...small, filesWritten }, '/srv').join(), /^\/srv\/film\.mp4 was open/);
  assert.deepEqual(faultsOf({ ...sample, ok: false, reason: 'no message' }, small, '/srv'), ['no message']);
});

test('the check transfers a file with telepi run and watches the process', async (t) => {
  if (!canWatchProcesses) return t.skip('skipped: Linux alone tells what a process did');
  const bench = join(repositoryRoot, 'dist/bench/bench.js');
  const args = [bench, '--check', '--large-mib', '2', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { signal: t.signal, timeout: 60_000 });
  const outcome = JSON.parse(stdout) as { sample: Sample; peakRssBytes: number; faults: string[] };
  assert.deepEqual(outcome.faults, []);
  assert.ok(outcome.peakRssBytes > 2 ** 25 && outcome.sample.bytes === 2 ** 21);
});

test('the results name conditions, rivals and omissions, and end with the notes', () => {
  const text = resultsText(
    {
      machine: { CPU: 'one of many' },
      seed: '7',
      tables: [{ title: 'Transfers', cells: [['a'], ['b']], notes: [] }],
      leftOut: [{ name: 'gotd', reason: 'go is not installed' }],
      rivals: new Map([['telethon', 'Python 3.11.7']]),
    },
    '## Notes\n',
  );
  assert.match(text, /- CPU: one of many\n- seed: 7\n- telethon: Python.*\(Python 3\.11\.7\)\n/);
  assert.match(text, /- gotd is left out: go is not installed\n/);
  assert.match(text, /### Transfers\n\n\| a \|\n\| - \|\n\| b \|\n/);
  assert.ok(text.endsWith('## Notes\n'));
});
