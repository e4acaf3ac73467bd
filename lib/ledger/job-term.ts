import type { Transaction } from 'kysely';
import type { LedgerTables } from './schema.js';

/** The right to act at Telegram for a job, against other machines that have the job's ledger. */
export interface JobTerm {
  /** Whether a request may begin now: there is more than a request's time left, by clocks of this machine. */
  readonly mayBegin: boolean;
  /** Resolves when a request may begin, after a renewal if there has to be one. @throws UsageError JOB_TAKEN_OVER */
  ready(): Promise<void>;
  /** Resolves when the term has ended without having been renewed: what is under way by then is in doubt. */
  over(signal: AbortSignal): Promise<void>;
  /** A request has gone out, and nobody waits for its answer any more: it may take effect for one request's time. */
  leaveOpen(): void;
}

/**
 * The sole right to a job whose ledger is on a server, against other machines with a data directory of their own. Within
 * a data directory the folder's lock is enough.
 */
export interface JobLease extends JobTerm {
  /** By what the leases of this data directory on this machine are known. */
  readonly holder: string;
  /**
   * Runs a transaction by this right, and renews the lease in it: until it ends no other machine can take the job.
   * @throws UsageError JOB_TAKEN_OVER when another machine has taken it since
   */
  transact<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T>;
  /** Gives it back, once what was left open can't take effect any more. Doesn't wait for that. May be called more than once. */
  release(): Promise<void>;
}
