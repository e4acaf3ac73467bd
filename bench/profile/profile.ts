import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GIB, MIB } from '../../lib/base/bytes.js';
import type { BenchOptions } from '../arguments.js';
import { telepiDownload, telepiDriver, telepiRun } from '../clients/contenders.js';
import type { Table } from '../report/table.js';
import { markdown } from '../report/tables.js';
import { measureRow } from '../scenarios/measure-row.js';
import type { Row, Sample } from '../scenarios/row.js';
import { startSandboxProcess } from '../server/sandbox-process.js';
import { sessionOf } from '../server/sign-in.js';
import { type FunctionTime, readProfiles } from './read-profile.js';

const SHOWN = 25;
/** More bytes per message than this belong to a file. */
const PHOTO_BYTES = 200_000;

/** Carries one file with V8's profiler on, and prints what took the time of the client's threads. */
export async function profileTransfer(options: BenchOptions): Promise<number> {
  const { seed, timeoutMs, roundTrips } = options;
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
        ...profiled(options, ['--cpu-prof', `--cpu-prof-dir=${folder}`]),
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

/** One file by the driver; or the whole command with texts, photos or a download of photos, as --scenario says first. */
function profiled(
  { sizes, scenarios: [first] }: BenchOptions,
  flags: readonly string[],
): Pick<Row, 'source' | 'contenders' | 'downloads'> {
  if (first === 'download') {
    const source = { kind: 'photos', count: sizes.downloadPhotos, bytes: PHOTO_BYTES } as const;
    return { source, downloads: true, contenders: [telepiDownload(flags)] };
  }
  if (first !== 'texts' && first !== 'photos') {
    const source = { kind: 'files', sizes: [sizes.tuned], dcs: 'home' } as const;
    return { source, contenders: [telepiDriver('telepi', {}, flags)] };
  }
  const source =
    first === 'texts'
      ? ({ kind: 'texts', count: sizes.texts } as const)
      : ({ kind: 'photos', count: sizes.photos, bytes: PHOTO_BYTES } as const);
  return { source, contenders: [telepiRun(flags)] };
}

/**
 * By the wall clock: waiting inside a call, for a disk for example, counts too, and so does the time that others took
 * of the machine.
 */
function tableOf(
  times: readonly FunctionTime[],
  { bytes, messages, seconds, cpuSeconds = 0 }: Sample,
): Table {
  const all = times.reduce((sum, one) => sum + one.seconds, 0);
  const isFile = bytes > messages * PHOTO_BYTES;
  const unit = isFile ? 's/GiB' : 'ms each';
  const perUnit = (value: number): string =>
    (isFile ? (value * GIB) / bytes : (value * 1000) / messages).toFixed(2);
  const lines = times
    .slice(0, SHOWN)
    .map(({ name, seconds: own }) => [perUnit(own), `${((own / all) * 100).toFixed(1)} %`, name]);
  const work = isFile ? `${bytes / MIB} MiB` : `${messages} messages`;
  return {
    title: `Profile of ${work} in ${seconds.toFixed(1)} s, start-up included`,
    cells: [[`own ${unit}`, 'share', 'function'], ...lines],
    notes: [`${perUnit(cpuSeconds)} CPU ${unit} with the profiler on.`],
  };
}
