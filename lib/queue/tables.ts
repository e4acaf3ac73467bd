import type { Kysely } from 'kysely';
import type { StoreTables } from '../store/tables/schema.js';
import type { StoredInteger } from '../store/values.js';

/** pg-boss's tables are in a schema of their own, of the database that has the store. */
export const SCHEMA = 'telepi_queue';

/** Columns of pg-boss 10's job, as far as they are read here. Every value comes as text: see postgresDriver. */
export interface BossJobTable {
  id: string;
  name: string;
  priority: StoredInteger;
  data: string;
  state: 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed';
  retry_count: StoredInteger;
  retry_limit: StoredInteger;
  /** With their time zone, which is UTC. */
  start_after: string;
  started_on: string | null;
  created_on: string;
  completed_on: string | null;
  output: string | null;
}

/** Of the store, and pg-boss's: `db.withSchema(SCHEMA)` names the latter. */
export type QueueTables = Pick<StoreTables, 'workers' | 'worker_jobs' | 'leases' | 'store_moves'>;

/** The same database through pg-boss's schema. */
export function bossTables(db: Kysely<QueueTables>): Kysely<{ job: BossJobTable }> {
  return db.withSchema(SCHEMA) as unknown as Kysely<{ job: BossJobTable }>;
}

/** Waits for a worker; in the words of pg-boss's states. */
export const WAITING = ['created', 'retry'] as const;

/** A time of pg-boss's columns, in milliseconds since the epoch. */
export function bossTime(text: string): number {
  const ms = Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  if (Number.isNaN(ms)) throw new Error(`A time of the queue is not a time: ${text}`);
  return ms;
}
