import { asNumber } from '../store/values.js';
import type { StoreOptions } from './store-options.js';

/**
 * The reasons of the messages that failed after the last sent one with a file (or the last without one), oldest first.
 */
export async function failedSinceSent(
  { db, accountId, jobId }: StoreOptions,
  withFile: boolean,
): Promise<string[]> {
  const ofJob = db
    .selectFrom('ledger_messages')
    .where('ledger_messages.account_id', '=', accountId)
    .where('ledger_messages.job_id', '=', jobId);
  const sent = ofJob
    .where('state', '=', 'sent')
    .select((row) => row.fn.max('ledger_messages.source_id').as('newest'));
  const { newest } = await sent
    .where(({ exists, not, selectFrom }) => {
      const file = exists(
        selectFrom('ledger_files')
          .select('ledger_files.role')
          .whereRef('ledger_files.account_id', '=', 'ledger_messages.account_id')
          .whereRef('ledger_files.job_id', '=', 'ledger_messages.job_id')
          .whereRef('ledger_files.source_id', '=', 'ledger_messages.source_id'),
      );
      return withFile ? file : not(file);
    })
    .executeTakeFirstOrThrow();
  const failed = await ofJob
    .where('state', '=', 'failed')
    .where('ledger_messages.source_id', '>', newest === null ? Number.MIN_SAFE_INTEGER : asNumber(newest))
    .select('reason')
    .orderBy('ledger_messages.source_id')
    .execute();
  return failed.map(({ reason }) => reason ?? '');
}
