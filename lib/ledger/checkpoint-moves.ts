import type { Transaction } from 'kysely';
import { timeNow } from '../store/values.js';
import { ALREADY_SENT } from './message-store.js';
import type { LedgerTables } from './schema.js';
import type { StoreOptions } from './store-options.js';

/** The reason of a `skipped` or `sending` row that was left out because a person moved checkpoint.txt beyond it. */
export const SKIPPED_BY_CHECKPOINT = 'checkpoint';

/**
 * Decides again about messages behind `sourceId` that weren't sent; messages that may have been sent in spite of an
 * error are looked for first. Returns how many rows there are.
 */
export async function reopenAfter(
  db: Transaction<LedgerTables>,
  options: StoreOptions,
  sourceId: number,
): Promise<number> {
  const behind = ofJob(db, options).where('source_id', '>', sourceId);
  const inDoubt = await behind
    .where('state', 'in', ['failed', 'skipped'])
    .where('reason', '!=', ALREADY_SENT)
    .where('after_id', 'is not', null)
    .set({ state: 'sending', detail: null, settled_at: null, host: options.host })
    .executeTakeFirstOrThrow();
  const { numUpdatedRows } = await behind
    .where((row) =>
      row.or([
        row('state', '=', 'failed'),
        row.and([row('state', '=', 'skipped'), row('reason', '!=', ALREADY_SENT)]),
      ]),
    )
    .set({ state: 'planned', reason: null, detail: null, settled_at: null, host: options.host })
    .executeTakeFirstOrThrow();
  await behind.where('state', '=', 'sending').set({ reason: null, host: options.host }).execute();
  return Number(inDoubt.numUpdatedRows + numUpdatedRows);
}

/**
 * Leaves out the messages after `after` and up to `upTo` that weren't begun. A message whose send is in doubt gets the
 * reason too, and keeps it until it is settled: it is looked for, but not sent again. Returns how many are left out.
 */
export async function leaveOut(
  db: Transaction<LedgerTables>,
  options: StoreOptions,
  after: number,
  upTo: number,
): Promise<number> {
  const { numUpdatedRows } = await ofJob(db, options)
    .where('source_id', '>', after)
    .where('source_id', '<=', upTo)
    .where('state', 'in', ['planned', 'failed'])
    .set({
      state: 'skipped',
      reason: SKIPPED_BY_CHECKPOINT,
      detail: null,
      settled_at: timeNow(options.clock),
      host: options.host,
    })
    .executeTakeFirstOrThrow();
  await ofJob(db, options)
    .where('source_id', '>', after)
    .where('source_id', '<=', upTo)
    .where('state', '=', 'sending')
    .set({ reason: SKIPPED_BY_CHECKPOINT, host: options.host })
    .execute();
  return Number(numUpdatedRows);
}

function ofJob(db: Transaction<LedgerTables>, { accountId, jobId }: StoreOptions) {
  return db.updateTable('ledger_messages').where('account_id', '=', accountId).where('job_id', '=', jobId);
}
