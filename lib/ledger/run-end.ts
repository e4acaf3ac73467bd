import { messageOf } from '../base/errors.js';
import { timeNow } from '../store/values.js';
import type { JobScene } from './job-scene.js';
import { updateJob } from './job-store.js';
import { noteAction } from './journal.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/**
 * Notes the end of a run, for people, and that checkpoint.txt says what the ledger says: a failure to note it has already
 * ended the run, or does no harm.
 */
export async function noteRunEnd(
  { clock, log }: Pick<JobScene, 'clock' | 'log'>,
  store: StoreOptions,
  checkpoint: number,
): Promise<void> {
  try {
    await transactAsHolder(store, async (db) => {
      await updateJob(db, store, { runEndedAt: timeNow(clock), checkpointBefore: null });
      await noteAction(db, store, 'run_ended', { checkpoint });
    });
  } catch (error) {
    log.warn('run_end_not_recorded', { error: messageOf(error) });
  }
}
