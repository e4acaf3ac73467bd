import type { Transaction } from 'kysely';
import { databaseTime } from '../store/database-clock.js';
import { transact } from '../store/repeatable.js';
import { type Within, within } from './boss.js';
import { rowOf } from './enqueue.js';
import {
  DEAD_LETTERS,
  type DeadLetter,
  type Ending,
  idOf,
  type Left,
  type Order,
  readLeft,
  stretchId,
} from './order.js';
import type { Queue } from './queue.js';
import { bossTables, type QueueTables } from './tables.js';
import type { Taken } from './take.js';
import { hasCommitted, numberOf } from './transaction-fate.js';
import type { Worker } from './workers.js';

/** Who ends a job that it has taken. Each of these returns whether it was still the worker's. */
export interface Holder {
  readonly queue: Queue;
  readonly worker: Pick<Worker, 'id'>;
}

/** The job is done. */
export function complete(holder: Holder, job: Taken, output: object): Promise<boolean> {
  return end(holder, job, (_, db) => holder.queue.boss.complete(job.queue, job.id, output, { db }));
}

/** The job has failed: it is tried again after a while, or goes to the dead letters after the last time. */
export async function fail(holder: Holder, job: Taken, ending: Ending): Promise<'retried' | 'dead' | 'lost'> {
  if (job.retryCount >= job.retryLimit) return (await bury(holder, job, ending)) ? 'dead' : 'lost';
  const { boss } = holder.queue;
  const isOurs = await end(holder, job, (_, db) => boss.fail(job.queue, job.id, { ...ending }, { db }));
  return isOurs ? 'retried' : 'lost';
}

/** The job can't be done: it goes to the dead letters, and isn't tried again. */
export function bury(holder: Holder, job: Taken, ending: Ending, order: Order = job.order): Promise<boolean> {
  const { boss } = holder.queue;
  const letter: DeadLetter = {
    job: job.id,
    order,
    queue: job.queue,
    priority: job.priority,
    retryLimit: job.retryLimit,
    tries: job.retryCount + 1,
    ending,
  };
  const id = idOf('dead', job.id, order.serial, String(order.number ?? 0));
  return end(holder, job, async (_, db) => {
    await boss.insert([rowOf(DEAD_LETTERS, id, letter, { priority: 0, retryLimit: 0 })], { db });
    await boss.deleteJob(job.queue, job.id, { db });
  });
}

/** Back to the queue as if it had not been taken: which doesn't count as a failure. */
export function giveBack(holder: Holder, job: Taken): Promise<boolean> {
  return end(holder, job, (tx) => putBack(tx, job));
}

/** The same, not to be taken before `delayMs` milliseconds from now; `why` is shown with it until it is taken. */
export function putOff(holder: Holder, job: Taken, delayMs: number, why: Ending): Promise<boolean> {
  return end(holder, job, (tx) => putBack(tx, job, { delayMs, why }));
}

/** Into the queue of another account, as it is. */
export async function handOn(holder: Holder, job: Taken, queue: string, order: Order): Promise<boolean> {
  const { boss } = holder.queue;
  // Into a queue that isn't there pg-boss inserts nothing, and says nothing: an account may never have had a worker.
  await boss.createQueue(queue);
  return end(holder, job, async (_, db) => {
    const { priority, retryLimit, retryCount } = job;
    await boss.deleteJob(job.queue, job.id, { db });
    const terms = { priority, retryLimit: retryLimit - retryCount };
    await boss.insert([rowOf(queue, job.id, order, terms)], { db });
  });
}

/** Its stretches take the job's place, all at once. */
export function divide(holder: Holder, job: Taken, stretches: readonly Order[]): Promise<boolean> {
  const { boss } = holder.queue;
  const { priority, retryLimit } = job;
  const rows = stretches.map((order, index) =>
    rowOf(job.queue, stretchId(job.id, job.order, index + 1), order, { priority, retryLimit }),
  );
  return end(holder, job, async (_, db) => {
    for (let start = 0; start < rows.length; start += AT_ONCE)
      await boss.insert(rows.slice(start, start + AT_ONCE), { db });
    await boss.complete(job.queue, job.id, { stretches: rows.length }, { db });
  });
}

const AT_ONCE = 1000;

/**
 * What pg-boss calls a failed try is counted when a job is taken that was started before. So a job that was given back was
 * never started; it has no call for that.
 */
export async function putBack(
  tx: Transaction<QueueTables>,
  { id, queue }: Pick<Taken, 'id' | 'queue'>,
  off?: { readonly delayMs: number; readonly why: Ending },
): Promise<void> {
  const job = bossTables(tx);
  const row = await job
    .selectFrom('job')
    .select('output')
    .where('name', '=', queue)
    .where('id', '=', id)
    .executeTakeFirst();
  const { lastError } = readLeft(row?.output ?? null);
  const left: Left = { ...lastError, ...(off && { putOff: off.why }) };
  await job
    .updateTable('job')
    .where('name', '=', queue)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .set({
      state: 'retry',
      started_on: null,
      output: Object.keys(left).length === 0 ? null : JSON.stringify(left),
      ...(off && { start_after: databaseTime(tx, off.delayMs) }),
    })
    .execute();
}

async function end(
  { queue: { db }, worker }: Holder,
  { id }: Taken,
  work: (tx: Transaction<QueueTables>, db: Within) => Promise<unknown>,
): Promise<boolean> {
  const tried: string[] = [];
  return transact(db, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('worker_jobs')
      .where('job_id', '=', id)
      .where('worker_id', '=', worker.id)
      .executeTakeFirstOrThrow();
    // An attempt whose answer was lost has done it, unless the server has undone that one.
    if (numDeletedRows === 0n) return hasCommitted(tx, tried);
    await work(tx, within(tx));
    tried.push(await numberOf(tx));
    return true;
  });
}
