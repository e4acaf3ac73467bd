import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../lib/base/clock.js';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { WorkerLoop } from '../../lib/cli/queue/worker-loop.js';
import { leaseHolder } from '../../lib/ledger/job-lease.js';
import { openJob } from '../../lib/ledger/open-job.js';
import type { Order } from '../../lib/queue/order.js';
import { openQueue } from '../../lib/queue/queue.js';
import type { QueueTables } from '../../lib/queue/tables.js';
import type { Worker } from '../../lib/queue/workers.js';
import { serverDatabase } from '../../lib/store/server-database.js';

export interface Place {
  readonly address: DatabaseAddress;
  /** Above the data directories. */
  readonly directory: string;
}

export const ACCOUNTS = 10;
const FIRST_ACCOUNT = 5_000_000_001;

/** The loop of `telepi worker`, with `doJob` in place of a process for each job. */
export async function work(
  { address, directory }: Place,
  index: number,
  signal: AbortSignal,
  doJob: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { queue, close } = await openBench(address);
  try {
    const loop = new WorkerLoop({
      queue,
      worker: await workerOf(directory, index),
      untilEmpty: false,
      plan: async () => undefined,
      async work(_, { signal: ends }) {
        await doJob(ends);
        return { status: 0, code: 'DONE', message: '' };
      },
      endOf(error) {
        return { status: 1, code: 'FAILED', message: String(error) };
      },
      onEvent(event) {
        if (event.kind === 'failed') process.stderr.write(`${event.ending.message}\n`);
      },
      onReady() {},
      clock: systemClock,
      signal,
    });
    await loop.run();
  } finally {
    await close();
  }
}

export interface JobRun {
  readonly number: number;
  readonly count: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  readonly onMessage?: () => void;
}

/** What a clone of a chat with this many messages records. */
export async function runJob(
  { address, directory }: Place,
  { number, count, intervalMs, signal, onMessage }: JobRun,
): Promise<void> {
  const database = serverDatabase(address);
  const dataDir = join(directory, String(number));
  const job = await openJob({
    dataDir,
    database,
    owner: DATABASE_OWNER,
    accountId: FIRST_ACCOUNT + (number % ACCOUNTS),
    sourceId: -1_000_000_000_000 - number,
    targetId: -1_100_000_000_000 - number,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
  });
  try {
    if (count > 0) await job.plan(Array.from({ length: count }, (_, index) => planned(index + 1)));
    for (let id = 1; id <= count && signal?.aborted !== true; id += 1) {
      if (intervalMs) await systemClock.sleep(intervalMs, signal).catch(() => undefined);
      await job.sending([id], { afterId: id });
      await job.sent([{ sourceId: id, targetId: id }]);
      await job.saveCheckpoint(id);
      onMessage?.();
    }
  } finally {
    await job.close();
    await database.close();
    await rm(dataDir, { recursive: true });
  }
}

function planned(sourceId: number): { readonly sourceId: number; readonly randomId: bigint } {
  return { sourceId, randomId: systemRandom.bytes(8).readBigInt64BE() };
}

/** A clone of two chats of its own. */
export function orderOf(number: number): Order {
  return {
    version: 1,
    command: 'run',
    flags: [`--source=-100${number}`, `--target=-200${number}`],
    words: [],
    account: FIRST_ACCOUNT + (number % ACCOUNTS),
    title: `-100${number} → -200${number}`,
    host: 'bench',
    serial: systemRandom.bytes(16).toString('hex'),
  };
}

/** Each is a data directory on a machine of its own. */
export async function workerOf(directory: string, index: number): Promise<Worker> {
  return {
    id: systemRandom.bytes(16).toString('hex'),
    holder: await leaseHolder({ dataDir: directory, random: systemRandom, host: `bench-${index}` }),
    host: `bench-${index}`,
    account: FIRST_ACCOUNT + (index % ACCOUNTS),
    pid: process.pid,
    version: 'bench',
    jobs: 1,
  };
}

/** Whoever opens it closes it. */
export async function openBench(address: DatabaseAddress) {
  const database = serverDatabase(address);
  const opened = await database.open<QueueTables>(DATABASE_OWNER);
  const queue = await openQueue(opened.db, {
    tends: false,
    onError: (error) => process.stderr.write(`${error}\n`),
  });
  return {
    queue,
    async close() {
      await queue.close();
      await opened.close();
      await database.close();
    },
  };
}
