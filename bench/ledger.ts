import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/base/clock.js';
import { silentLog } from '../lib/base/log.js';
import { systemRandom } from '../lib/base/random.js';
import { DATABASE_OWNER } from '../lib/cli/database-owner.js';
import type { Job } from '../lib/ledger/job.js';
import { LEDGER_FILE } from '../lib/ledger/ledger-file.js';
import { openJob } from '../lib/ledger/open-job.js';
import { readStatus } from '../lib/ledger/status.js';

/*
 * Measures what one message costs the ledger, and shows that the cost doesn't grow with their number: in jobs that have
 * this many finished messages, STEPS more are recorded one by one, each as in a run: plan, sending, sent, checkpoint.
 * Every stage is durable (fsync) before the next, and checkpoint.txt is written too. The jobs take turns, so that other
 * work of the machine hits all of them; they lie in TMPDIR, whose disk accounts for most of the time.
 *
 *   npm run bench:ledger [-- 10000 100000 1000000]
 */

const DEFAULT_SIZES = [10_000, 100_000, 1_000_000];
const STEPS = 1000;
const FILL_AT_ONCE = 5000;

const STAGES = ['plan', 'sending', 'sent', 'checkpoint', 'whole'] as const;
type Times = Record<(typeof STAGES)[number], number[]>;

interface Bed {
  readonly rows: number;
  readonly dataDir: string;
  readonly job: Job;
  /** Milliseconds that opening the full job took: the cost of a run's start. */
  readonly opened: number;
  readonly times: Times;
}

const sizes = process.argv.slice(2).map(Number);
const beds: Bed[] = [];
try {
  for (const rows of sizes.length > 0 ? sizes : DEFAULT_SIZES) beds.push(await makeBed(rows));
  for (let step = 1; step <= STEPS; step += 1) {
    for (const bed of beds) await timeStep(bed, bed.rows + step);
  }
  await report(beds);
} finally {
  for (const { job, dataDir } of beds) {
    await job.close();
    await rm(dataDir, { recursive: true });
  }
}

async function makeBed(rows: number): Promise<Bed> {
  const dataDir = await mkdtemp(join(tmpdir(), 'telepi-bench-'));
  const filling = await open(dataDir);
  for (let first = 1; first <= rows; first += FILL_AT_ONCE) {
    const count = Math.min(FILL_AT_ONCE, rows - first + 1);
    const messages = Array.from({ length: count }, (_, index) => planned(first + index));
    await filling.plan(messages);
    await filling.sent(messages.map(({ sourceId }) => ({ sourceId, targetId: sourceId })));
  }
  await filling.saveCheckpoint(rows);
  await filling.close();
  const before = performance.now();
  const job = await open(dataDir);
  const opened = performance.now() - before;
  const times: Times = { plan: [], sending: [], sent: [], checkpoint: [], whole: [] };
  return { rows, dataDir, job, opened, times };
}

async function timeStep({ job, times }: Bed, sourceId: number): Promise<void> {
  const start = performance.now();
  const timed = async (stage: keyof Times, work: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    await work();
    times[stage].push(performance.now() - begun);
  };
  await timed('plan', () => job.plan([planned(sourceId)]));
  await timed('sending', () => job.sending([sourceId]));
  await timed('sent', () => job.sent([{ sourceId, targetId: sourceId }]));
  await timed('checkpoint', () => job.saveCheckpoint(sourceId));
  times.whole.push(performance.now() - start);
}

async function report(all: readonly Bed[]): Promise<void> {
  const row = (cells: readonly string[]): boolean => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  process.stdout.write(`${STEPS} steps each, ms: median (least to most)\n\n`);
  row(['rows', ...STAGES, 'open the job', 'status', 'bytes a row']);
  row(Array.from({ length: STAGES.length + 4 }, () => '---'));
  for (const { rows, dataDir, opened, times } of all) {
    const begun = performance.now();
    await readStatus({ dataDir, owner: DATABASE_OWNER }, systemClock);
    const status = performance.now() - begun;
    const { size } = await stat(join(dataDir, LEDGER_FILE));
    const costs = [opened, status, size / rows].map((value) => value.toFixed(0));
    row([String(rows), ...STAGES.map((stage) => spread(times[stage])), ...costs]);
  }
  process.stdout.write(`\nRSS ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB\n`);
}

function open(dataDir: string): Promise<Job> {
  return openJob({
    dataDir,
    owner: DATABASE_OWNER,
    accountId: 1,
    sourceId: -1001,
    targetId: -1002,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
}

function planned(sourceId: number): { readonly sourceId: number; readonly randomId: bigint } {
  return { sourceId, randomId: systemRandom.bytes(8).readBigInt64BE() };
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  return `${at(0.5)} (${at(0)} to ${at(1)})`;
}
