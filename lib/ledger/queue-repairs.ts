import { join } from 'node:path';
import type { Random } from '../base/random.js';
import { transact } from '../store/repeatable.js';
import { timeNow } from '../store/values.js';
import type { Copies, CopiesOptions } from './copies.js';
import { openLedger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { acquireLock, refuseHeld } from './lock.js';
import type { Repair } from './schema.js';

/** The reason of a message whose copy is gone, until a run has sent it again. */
export const COPY_GONE = 'copy_gone';

/** A copy that is missing or wrong, and what the next run is to do about it. */
export interface QueuedRepair {
  readonly sourceId: number;
  readonly repair: Repair;
  /** The message that continues the copy, instead of the copy itself. */
  readonly part?: number;
}

const CHUNK = 200;

/**
 * Queues repairs for the job's next run, and returns how many: a message whose copy is gone fails, under a new
 * random_id, since Telegram would take the old one for a repeat of the send that succeeded; a copy that is wrong is
 * marked. Messages that are not `sent` (or, to be sent again, failed) are left alone.
 *
 * Throws JOB_RUNNING while a run has the job, and the same errors as openLedger.
 */
export async function queueRepairs(
  { accountId, clock, random, ...place }: CopiesOptions & { readonly random: Random },
  { jobId, path }: Pick<Copies, 'jobId' | 'path'>,
  repairs: readonly QueuedRepair[],
): Promise<number> {
  const lock = await acquireLock(join(path, 'lock'), clock);
  try {
    const ledger = await openLedger(place);
    try {
      let total = 0;
      for (let start = 0; start < repairs.length; start += CHUNK) {
        const chunk = repairs.slice(start, start + CHUNK);
        const work = transact(ledger.db, async (db) => {
          let queued = 0;
          for (const { sourceId, repair, part } of chunk) {
            if (part !== undefined) {
              const values = repair === 'edit' ? { repair } : neverSent(random);
              const change = db
                .updateTable('ledger_continuations')
                .where('account_id', '=', accountId)
                .where('job_id', '=', jobId)
                .where('source_id', '=', sourceId)
                .where('part', '=', part)
                .set(values);
              queued += Number((await change.executeTakeFirstOrThrow()).numUpdatedRows);
              continue;
            }
            const row = db
              .updateTable('ledger_messages')
              .where('account_id', '=', accountId)
              .where('job_id', '=', jobId)
              .where('source_id', '=', sourceId);
            const query =
              repair === 'edit'
                ? row.where('state', '=', 'sent').set({ repair })
                : row.where('state', 'in', ['sent', 'failed', 'skipped']).set({
                    state: 'failed',
                    repair,
                    random_id: newRandomId(random),
                    target_id: null,
                    reason: COPY_GONE,
                    detail: 'Its copy is gone from the target: the next run sends it again.',
                    after_id: null,
                    losses: null,
                    sent_text: null,
                    settled_at: timeNow(clock),
                  });
            queued += Number((await query.executeTakeFirstOrThrow()).numUpdatedRows);
            // The uploads of that time are used up, and may be what is wrong: the files are carried over again.
            await db
              .deleteFrom('ledger_files')
              .where('account_id', '=', accountId)
              .where('job_id', '=', jobId)
              .where('source_id', '=', sourceId)
              .execute();
          }
          return queued;
        });
        total += await reading(ledger, work);
      }
      return total;
    } finally {
      await ledger.close();
    }
  } finally {
    await lock.release();
  }
}

/** A message that continues a copy and is gone is sent again by the next run, as one that was never sent. */
function neverSent(random: Random) {
  const state = 'planned' as const;
  return {
    state,
    random_id: newRandomId(random),
    target_id: null,
    after_id: null,
    reason: null,
    detail: null,
  };
}

function newRandomId(random: Random): bigint {
  return random.bytes(8).readBigInt64LE() || 1n;
}

/** Throws JOB_RUNNING while a run has the job: then nothing can be queued. */
export function refuseRunning({ path }: Pick<Copies, 'path'>): Promise<void> {
  return refuseHeld(join(path, 'lock'));
}
