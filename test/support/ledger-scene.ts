import type { TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import type { Job } from '../../lib/ledger/job.js';
import type { JobOptions } from '../../lib/ledger/job-scene.js';
import { type Ledger, openLedger } from '../../lib/ledger/ledger.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { temporaryFolder } from './temporary-folder.js';
import { placeOf } from './test-database.js';

export const ACCOUNT = 777;

/** Options of a job in a data directory. */
export function jobOptions(dataDir: string, more: Partial<JobOptions> = {}): JobOptions {
  return {
    ...placeOf(dataDir),
    accountId: ACCOUNT,
    sourceId: -1001234,
    targetId: -1005678,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    ...more,
  };
}

/** A job in a data directory of its own, closed when the test ends. */
export async function openTestJob(
  t: Pick<TestContext, 'after'>,
  more: Partial<JobOptions> = {},
): Promise<{ readonly job: Job; readonly options: JobOptions }> {
  const options = jobOptions(temporaryFolder(t), more);
  const job = await openJob(options);
  t.after(() => job.close());
  return { job, options };
}

/** Opens a job, lets `work` use it, and closes it. */
export async function withJob<T>(options: JobOptions, work: (job: Job) => Promise<T>): Promise<T> {
  const job = await openJob(options);
  try {
    return await work(job);
  } finally {
    await job.close();
  }
}

/** Opens the ledger of a data directory, lets `work` use it, and closes it. */
export async function withLedger<T>(dataDir: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger(placeOf(dataDir));
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
