import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GIB } from '../../lib/base/bytes.js';
import type { BenchOptions } from '../arguments.js';
import { telepiDriver } from '../clients/contenders.js';
import { markdown, type Table } from '../report/tables.js';
import { measureRow } from '../scenarios/measure-row.js';
import type { Sample } from '../scenarios/row.js';
import { startSandboxProcess } from '../server/sandbox-process.js';
import { sessionOf } from '../server/sign-in.js';
import { type FunctionTime, readProfiles } from './read-profile.js';

const SHOWN = 25;

/** Carries one file with V8's profiler on, and prints what took the time of the client's threads. */
export async function profileTransfer({ sizes, seed, timeoutMs, roundTrips }: BenchOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'telepi-profile-'));
  const sandbox = await startSandboxProcess(seed);
  const taken: Sample[] = [];
  try {
    const session = await sessionOf(sandbox.facts);
    const bench = { sandbox, session, timeoutMs, sources: new Map(), isKnown: () => false };
    await measureRow(
      { ...bench, onSample: (sample) => void taken.push(sample) },
      {
        scenario: 'profile',
        variant: '',
        weather: { latencyMs: (roundTrips[0] ?? 0) / 2 },
        source: { kind: 'files', sizes: [sizes.tuned], dcs: 'home' },
        contenders: [telepiDriver('telepi', {}, ['--cpu-prof', `--cpu-prof-dir=${folder}`])],
        runs: 1,
      },
    );
    const [sample] = taken;
    if (!sample?.ok) throw new Error(sample?.reason ?? 'Nothing was measured.');
    process.stdout.write(`${markdown(tableOf(readProfiles(folder), sample))}\n`);
    return 0;
  } finally {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function tableOf(times: readonly FunctionTime[], { bytes, seconds, cpuSeconds }: Sample): Table {
  const all = times.reduce((sum, one) => sum + one.seconds, 0);
  const perGib = (value: number): string => ((value * GIB) / bytes).toFixed(2);
  const lines = times
    .slice(0, SHOWN)
    .map(({ name, seconds: own }) => [perGib(own), `${((own / all) * 100).toFixed(1)} %`, name]);
  return {
    title: `Profile of ${bytes / 2 ** 20} MiB at ${(bytes / seconds / 1e6).toFixed(1)} MB/s, start-up included`,
    cells: [['own s/GiB', 'share', 'function'], ...lines],
    notes: [`${perGib(cpuSeconds ?? 0)} CPU s/GiB with the profiler on.`],
  };
}
