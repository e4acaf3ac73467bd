import type { Transaction } from 'kysely';
import type PgBoss from 'pg-boss';
import { databaseTime } from '../store/database-clock.js';
import { transact } from '../store/repeatable.js';
import { asNumber } from '../store/values.js';
import { within } from './boss.js';
import { ANY_ACCOUNT, accountQueue, type Order, readOrder } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, type QueueTables, WAITING } from './tables.js';
import type { Worker } from './workers.js';

/** A job that a worker has taken, and that nobody else has. */
export interface Taken {
  readonly id: string;
  readonly queue: string;
  readonly order: Order;
  readonly priority: number;
  /** How often it has failed, and how often it may. */
  readonly retryCount: number;
  readonly retryLimit: number;
}

/**
 * Takes the job that is next for this worker, of its account's or of any account's; undefined when none is due. `running`:
 * the jobs that it has. In one transaction it becomes pg-boss's active job and this worker's: no other sees it without one.
 */
export async function take(
  { db, boss }: Queue,
  worker: Worker,
  running: readonly string[],
): Promise<Taken | undefined> {
  return transact(db, async (tx) => {
    const lost = await unheard(tx, boss, worker, running);
    if (lost) return lost;
    const queue = await nextQueue(tx, worker);
    if (queue === undefined) return undefined;
    const db = within(tx);
    const jobs = await boss.fetch<unknown>(queue, { includeMetadata: true, db });
    db.rethrow();
    const [job] = jobs ?? [];
    if (!job) return undefined;
    const row = {
      job_id: job.id,
      queue,
      worker_id: worker.id,
      since_datetime: databaseTime(tx),
      progress_datetime: databaseTime(tx),
    };
    await tx.deleteFrom('worker_jobs').where('job_id', '=', job.id).execute();
    await tx.insertInto('worker_jobs').values(row).execute();
    return takenOf(job);
  });
}

/** Whether any job waits, or runs somewhere, that this worker may take. */
export async function isEmpty({ db }: Queue, worker: Worker): Promise<boolean> {
  const row = await bossTables(db)
    .selectFrom('job')
    .select('id')
    .where('name', 'in', queuesOf(worker))
    .where('state', 'in', [...WAITING, 'active'])
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

/** One that an earlier attempt of this transaction has taken: its answer was lost. */
async function unheard(
  tx: Transaction<QueueTables>,
  boss: PgBoss,
  worker: Worker,
  running: readonly string[],
): Promise<Taken | undefined> {
  const own = await tx
    .selectFrom('worker_jobs')
    .select(['job_id', 'queue'])
    .where('worker_id', '=', worker.id)
    .execute();
  const found = own.find(({ job_id }) => !running.includes(job_id));
  if (!found) return undefined;
  const job = await boss.getJobById<unknown>(found.queue, found.job_id, {
    db: within(tx),
    includeArchive: false,
  });
  return job?.state === 'active' ? takenOf(job) : undefined;
}

/** In which of its queues the job is that comes first. */
async function nextQueue(tx: Transaction<QueueTables>, worker: Worker): Promise<string | undefined> {
  const head = await bossTables(tx)
    .selectFrom('job')
    .select('name')
    .where('name', 'in', queuesOf(worker))
    .where('state', 'in', WAITING)
    .where('start_after', '<', databaseTime(tx))
    .orderBy('priority', 'desc')
    .orderBy('created_on')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return head?.name;
}

function queuesOf({ account }: Worker): readonly string[] {
  return [accountQueue(account), ANY_ACCOUNT];
}

function takenOf(job: PgBoss.JobWithMetadata<unknown>): Taken {
  return {
    id: job.id,
    queue: job.name,
    order: readOrder(job.data),
    priority: asNumber(job.priority),
    retryCount: asNumber(job.retryCount),
    retryLimit: asNumber(job.retryLimit),
  };
}
