import { messageOf } from '../base/errors.js';
import type { JobScene } from './job-scene.js';
import type { JobLease } from './job-term.js';
import type { Lock } from './lock.js';

/** What a process has of a job that nobody else may have. */
export interface JobRights {
  readonly lock: Lock;
  readonly lease: JobLease | undefined;
}

/** Gives them back, and closes the ledger before others may open the job. */
export async function endRights(
  { lock, lease }: JobRights,
  { ledger, log }: Pick<JobScene, 'ledger' | 'log'>,
): Promise<void> {
  try {
    await lease?.release();
  } catch (error) {
    // It expires by itself.
    log.warn('lease_not_released', { error: messageOf(error) });
  }
  await ledger.close();
  await lock.release();
}
