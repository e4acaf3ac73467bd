import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { MICRO, SCENARIO_NAMES } from '../../bench/scenarios/names.js';
import type { Sample } from '../../bench/scenarios/row.js';
import { repositoryRoot } from '../support/paths.js';

const SMALL = ['--file-mib', '1', '--large-mib', '2', '--tuned-mib', '1', '--files', '1', '--photos', '3'];

test('every scenario runs at a small size, and each run counts what the server received', async (t) => {
  const args = ['--quick', '--json', '--rivals', 'none', '--round-trips', '2', '--texts', '20', ...SMALL];
  const bench = join(repositoryRoot, 'dist/bench/bench.js');
  const { stdout } = await promisify(execFile)(process.execPath, [bench, ...args], {
    signal: t.signal,
    timeout: 120_000,
    maxBuffer: 2 ** 24,
  });
  const { samples, machine } = JSON.parse(stdout) as { samples: Sample[]; machine: Record<string, string> };
  assert.deepEqual(
    samples.filter(({ ok }) => !ok),
    [],
  );
  assert.deepEqual([...new Set(samples.map(({ scenario }) => scenario))].sort(), [...SCENARIO_NAMES].sort());
  assert.ok(machine['CPU'] && machine['node'] && machine['telepi']);
  const served = samples.filter(({ scenario }) => scenario !== 'startup' && scenario !== MICRO);
  for (const sample of served) requireFigures(sample);
  const stages = samples.filter(({ scenario }) => scenario === MICRO);
  assert.ok(stages.length >= 10 && stages.every(({ seconds, bytes }) => seconds > 0 && bytes > 0));
  const helps = samples.filter(({ client }) => client === 'telepi --help');
  assert.ok(helps.length === 1 && helps.every(({ requests, seconds }) => requests === 0 && seconds > 0));
});

function requireFigures(sample: Sample): void {
  const what = JSON.stringify(sample);
  assert.ok(sample.seconds > 0, what);
  // A history comes in pages of 100.
  const least = sample.scenario === 'scan' ? sample.messages / 100 : sample.messages;
  assert.ok(sample.requests >= least, what);
  assert.ok(sample.serverCpuSeconds > 0, what);
  assert.ok(sample.loopDelay && sample.loopDelay.max >= sample.loopDelay.p99, what);
  if (process.platform === 'linux') assert.ok(sample.peakRssBytes && sample.peakRssBytes > 2 ** 25, what);
  if (sample.bytes === 0) return;
  assert.ok(sample.heldBytes && sample.budgetBytes && sample.heldBytes <= sample.budgetBytes, what);
  assert.ok(sample.firstToLastSeconds > 0 && sample.firstToLastSeconds <= sample.seconds, what);
}
