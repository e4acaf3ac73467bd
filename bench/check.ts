import { formatBytes } from '../lib/base/bytes.js';
import { canWatchProcesses, type ProcessFootprint, watchProcess } from '../test/support/process-watch.js';
import { isStateOrLog, MOST_WRITTEN_BYTES } from '../test/support/state-files.js';
import type { BenchOptions } from './arguments.js';
import { measureRun } from './clients/measure-run.js';
import { measureRow } from './scenarios/measure-row.js';
import type { Sample } from './scenarios/row.js';
import { startSandboxProcess } from './server/sandbox-process.js';
import { sessionOf } from './server/sign-in.js';

const MB = 1_000_000;
/** The default of BUFFER_MB. */
const BUFFER_BYTES = 500 * MB;
/** The memory that a process may take besides it: Node, the library's TL classes, and garbage not collected yet. */
const BESIDE_BYTES = 150 * MB;

/**
 * The design's target: a large file in little memory, with nothing of it on the disk. Returns 1 when the target is
 * missed.
 */
export async function checkLargeFile({ sizes, seed, timeoutMs, json }: BenchOptions): Promise<number> {
  if (!canWatchProcesses) throw new Error('Only Linux tells what a process has used: run it there.');
  const sandbox = await startSandboxProcess(seed);
  const taken: Sample[] = [];
  let watch: ReturnType<typeof watchProcess> | undefined;
  let folder = '';
  try {
    const session = await sessionOf(sandbox.facts);
    const onSample = (sample: Sample): void => void taken.push(sample);
    await measureRow(
      { sandbox, session, timeoutMs, sources: new Map(), isKnown: () => false, onSample },
      {
        scenario: 'check',
        variant: '',
        weather: {},
        source: { kind: 'files', sizes: [sizes.large], dcs: 'home' },
        contenders: [
          {
            name: 'telepi run',
            measure: ({ facts, source, target, around, timeoutMs: patience }) =>
              measureRun(
                { facts, session, source: source.peer.chatId, target: target.chatId },
                {
                  around,
                  timeoutMs: patience,
                  onStart(pid, at) {
                    folder = at;
                    watch = watchProcess(pid);
                  },
                },
              ),
          },
        ],
        runs: 1,
      },
    );
  } finally {
    await sandbox.close();
  }
  const footprint = watch?.stop();
  const [sample] = taken;
  if (!footprint || !sample) throw new Error('Nothing was measured.');
  return report(sample, footprint, folder, json);
}

function report(sample: Sample, footprint: ProcessFootprint, folder: string, json: boolean): number {
  const peakRssBytes = Math.max(footprint.peakRssBytes, sample.peakRssBytes ?? 0);
  const faults = faultsOf(sample, { ...footprint, peakRssBytes }, folder);
  if (json) process.stdout.write(`${JSON.stringify({ sample, peakRssBytes, faults })}\n`);
  else {
    const words = `${formatBytes(sample.bytes)} in ${sample.seconds.toFixed(1)} s, ${formatBytes(peakRssBytes)} resident at most`;
    process.stdout.write(`${words}, ${formatBytes(footprint.writtenBytes)} of state and log written.\n`);
    for (const fault of faults) process.stdout.write(`Missed: ${fault}.\n`);
  }
  return faults.length === 0 ? 0 : 1;
}

/** How the target was missed, in words. `folder`: where the run kept its data directory. */
export function faultsOf(sample: Sample, footprint: ProcessFootprint, folder: string): string[] {
  const { peakRssBytes, writtenBytes, filesWritten } = footprint;
  const strangers = [...filesWritten].filter((path) => !isStateOrLog(path, folder));
  return [
    ...(sample.ok ? [] : [sample.reason ?? 'the copy is wrong']),
    ...(peakRssBytes > BUFFER_BYTES + BESIDE_BYTES ? [`${formatBytes(peakRssBytes)} were resident`] : []),
    ...(writtenBytes > MOST_WRITTEN_BYTES ? [`${formatBytes(writtenBytes)} were written to the disk`] : []),
    ...strangers.map((path) => `${path} was open for writing`),
  ];
}
