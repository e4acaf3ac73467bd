import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base/clock.js';
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
  /** Called in the transactions before sends; throws when another machine has the job. Absent: none can have it. */
  readonly keep?: ((db: Transaction<LedgerTables>) => Promise<void>) | undefined;
}
