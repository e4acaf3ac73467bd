import type { StoreOptions } from './store-options.js';

/**
 * The reasons of the messages that failed after the last sent one with a file (or the last without one), oldest first.
 */
export async function failedSinceSent(
  { db, accountId, jobId }: StoreOptions,
  withFile: boolean,
): Promise<string[]> {
  const ofJob = db
    .selectFrom('messages')
    .where('messages.account_id', '=', accountId)
    .where('messages.job_id', '=', jobId);
  const sent = ofJob
    .where('state', '=', 'sent')
    .select((row) => row.fn.max('messages.source_id').as('newest'));
  const { newest } = await sent
    .where(({ exists, not, selectFrom }) => {
      const file = exists(
        selectFrom('files')
          .select('files.role')
          .whereRef('files.account_id', '=', 'messages.account_id')
          .whereRef('files.job_id', '=', 'messages.job_id')
          .whereRef('files.source_id', '=', 'messages.source_id'),
      );
      return withFile ? file : not(file);
    })
    .executeTakeFirstOrThrow();
  const failed = await ofJob
    .where('state', '=', 'failed')
    .where('messages.source_id', '>', newest ?? Number.MIN_SAFE_INTEGER)
    .select('reason')
    .orderBy('messages.source_id')
    .execute();
  return failed.map(({ reason }) => reason ?? '');
}
