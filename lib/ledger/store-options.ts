import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base/clock.js';
import { transact } from '../store/repeatable.js';
import type { JobLease } from './job-term.js';
import type { LedgerTables } from './schema.js';

/** The key of a job's rows. */
export interface JobKey {
  readonly accountId: number;
  readonly jobId: string;
}

export interface StoreOptions extends JobKey {
  readonly db: Kysely<LedgerTables>;
  readonly host: string;
  readonly clock: Clock;
  /** The session that uploads. */
  readonly session?: string | undefined;
  /** The sole right to the job, in whose transactions sends are noted before they go. Absent: nobody else can have it. */
  readonly lease?: Pick<JobLease, 'transact'> | undefined;
}

/**
 * Runs a transaction that only whoever has the job may make: one that comes before a send, or that says how far the run
 * got. @throws UsageError JOB_TAKEN_OVER
 */
export function transactAsHolder<T>(
  { db, lease }: Pick<StoreOptions, 'db' | 'lease'>,
  work: (db: Transaction<LedgerTables>) => Promise<T>,
): Promise<T> {
  return lease ? lease.transact(work) : transact(db, work);
}
