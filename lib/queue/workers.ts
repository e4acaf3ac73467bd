import type { Kysely, Transaction } from 'kysely';
import { databaseTime } from '../store/database-clock.js';
import { transact } from '../store/repeatable.js';
import type { WorkersTable } from '../store/tables/workers-tables.js';
import type { QueueTables } from './tables.js';

/** Of a process that takes jobs. */
export interface Worker {
  /** 32 hex digits, random. */
  readonly id: string;
  /** Of its data directory on its machine; only one process has it at a time. */
  readonly holder: string;
  readonly host: string;
  readonly account: number;
  readonly pid: number;
  readonly version: string;
  /** How many jobs it runs at once. */
  readonly jobs: number;
}

/** A worker that hasn't been seen for this long is taken for dead; and how often a living one is seen. In milliseconds. */
export const DEAD_AFTER_MS = 60_000;
export const SEEN_EVERY_MS = 15_000;

/** Which of its jobs a worker has still, and which have done something since the last time. */
export interface Beat {
  readonly state: WorkersTable['state'];
  readonly running: readonly string[];
  readonly moved: readonly string[];
}

/**
 * Says that it lives, by the database's clock. Returns the jobs of `running` that it has lost: it was silent for too long,
 * and others have given them back.
 */
export async function beat(
  db: Kysely<QueueTables>,
  worker: Worker,
  { state, running, moved }: Beat,
): Promise<readonly string[]> {
  return transact(db, async (tx) => {
    await register(tx, worker, state);
    if (moved.length > 0) {
      await tx
        .updateTable('worker_jobs')
        .where('worker_id', '=', worker.id)
        .where('job_id', 'in', [...moved])
        .set({ progress_datetime: databaseTime(tx) })
        .execute();
    }
    if (running.length === 0) return [];
    const own = await tx
      .selectFrom('worker_jobs')
      .select('job_id')
      .where('worker_id', '=', worker.id)
      .execute();
    const held = new Set(own.map(({ job_id }) => job_id));
    return running.filter((id) => !held.has(id));
  });
}

/** Its row goes with it. Jobs that it had must have ended. */
export async function unregister(db: Kysely<QueueTables>, { id }: Pick<Worker, 'id'>): Promise<void> {
  await transact(db, (tx) => tx.deleteFrom('workers').where('worker_id', '=', id).execute());
}

async function register(
  tx: Transaction<QueueTables>,
  { id, holder, host, account, pid, version, jobs }: Worker,
  state: WorkersTable['state'],
): Promise<void> {
  // Whoever gives its jobs back decides under the lock of its row whether it lives.
  const { numUpdatedRows } = await tx
    .updateTable('workers')
    .where('worker_id', '=', id)
    .set({ state, seen_datetime: databaseTime(tx) })
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) return;
  const row = {
    worker_id: id,
    holder,
    host,
    account_id: account,
    pid,
    version,
    jobs,
    state,
    started_datetime: databaseTime(tx),
    seen_datetime: databaseTime(tx),
  };
  await tx.insertInto('workers').values(row).execute();
}

/** The accounts with a worker that lives. */
export async function livingAccounts(db: Kysely<QueueTables>): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('workers')
    .select('account_id')
    .distinct()
    .where('seen_datetime', '>', databaseTime(db, -DEAD_AFTER_MS))
    .where('state', '=', 'working')
    .orderBy('account_id')
    .execute();
  return rows.map(({ account_id }) => Number(account_id));
}
