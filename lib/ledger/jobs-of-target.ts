import type { Transaction } from 'kysely';
import type { LedgerTables } from './schema.js';
import type { StoreOptions } from './store-options.js';

export interface JobOfTarget {
  readonly job_id: string;
  readonly replaced_by: string | null;
}

/**
 * The jobs of this account that share this job's target, and the sole right to decide about their copies until the
 * transaction ends. Whoever reads rows of other jobs to decide, or names a copy that they may have taken, locks first.
 */
export async function lockJobsOfTarget(
  db: Transaction<LedgerTables>,
  { accountId, jobId }: Pick<StoreOptions, 'accountId' | 'jobId'>,
): Promise<readonly JobOfTarget[]> {
  const jobs = await db
    .selectFrom('ledger_jobs')
    .select(['job_id', 'replaced_by'])
    .where('account_id', '=', accountId)
    .where('target_id', 'in', (own) =>
      own
        .selectFrom('ledger_jobs')
        .select('target_id')
        .where('account_id', '=', accountId)
        .where('job_id', '=', jobId),
    )
    .orderBy('created_at')
    .orderBy('job_id')
    .execute();
  const [oldest] = jobs;
  // A write locks the row in every database; SQLite's only writer locks all of them.
  if (oldest) {
    await db
      .updateTable('ledger_jobs')
      .where('account_id', '=', accountId)
      .where('job_id', '=', oldest.job_id)
      .set((row) => ({ host: row.ref('host') }))
      .execute();
  }
  return jobs;
}
