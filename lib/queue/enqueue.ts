import type { Transaction } from 'kysely';
import { transact } from '../store/repeatable.js';
import { within } from './boss.js';
import { ANY_ACCOUNT, accountQueue, type Order, requestId } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, bossTime, type QueueTables, WAITING } from './tables.js';

/** When and how a job is tried. */
export interface Terms {
  /** Higher ones first; an int32. */
  readonly priority: number;
  /** How often it is tried again after a failure. */
  readonly retryLimit: number;
  /** Not before; milliseconds since the epoch. */
  readonly startAt?: number | undefined;
}

export interface Enqueued {
  readonly id: string;
  readonly queue: string;
  /** `already`: the same request waits or runs. */
  readonly outcome: 'queued' | 'already';
  /** When the one that waits already begins at the earliest. */
  readonly startAt?: number;
}

/** The first pause before a job that has failed is tried again, in seconds; pg-boss doubles it each time, and adds to it by chance. */
const RETRY_DELAY_SECONDS = 30;

/**
 * For pg-boss a job that runs longer than this has failed, and that doesn't suit runs of months: whether a worker lives is
 * judged by its row. `insert` takes any number, `send` less than a day.
 */
const NO_EXPIRY_SECONDS = 2 ** 31 - 1;

/** Until when a job may wait. pg-boss's own 14 days would let one disappear that nobody could do. */
const KEPT_UNTIL = '9999-12-31T00:00:00Z';

/** Queues it, unless the same request waits or runs. */
export async function enqueue(queue: Queue, order: Order, terms: Terms): Promise<Enqueued> {
  await queue.boss.createQueue(queueOf(order));
  return transact(queue.db, (tx) => enqueueWithin(queue, tx, order, terms));
}

/** In which queue an order waits. */
export function queueOf(order: Order): string {
  return order.any ? ANY_ACCOUNT : accountQueue(order.account);
}

/** The same as a part of a transaction; its queue must be there. */
export async function enqueueWithin(
  { boss }: Pick<Queue, 'boss'>,
  tx: Transaction<QueueTables>,
  order: Order,
  terms: Terms,
): Promise<Enqueued> {
  const queue = queueOf(order);
  const id = requestId(queue, order);
  const own = await bossTables(tx)
    .selectFrom('job')
    .select(['name', 'state', 'start_after', 'data'])
    .where('id', '=', id)
    .forUpdate()
    .execute();
  const open = own.find(({ state }) => isOpen(state));
  // After an answer that was lost, it is this one.
  if (open && (JSON.parse(open.data) as Order).serial === order.serial)
    return { id, queue, outcome: 'queued' };
  if (open) return { id, queue: open.name, outcome: 'already', startAt: bossTime(open.start_after) };
  if (await hasOpenStretch(tx, id)) return { id, queue, outcome: 'already' };
  const db = within(tx);
  for (const { name } of own) await boss.deleteJob(name, id, { db });
  await boss.insert([rowOf(queue, id, order, terms)], { db });
  return { id, queue, outcome: 'queued' };
}

/** A job as pg-boss's `insert` takes it. */
export function rowOf(name: string, id: string, data: object, { priority, retryLimit, startAt }: Terms) {
  return {
    id,
    name,
    data,
    priority,
    retryLimit,
    retryDelay: RETRY_DELAY_SECONDS,
    retryBackoff: true,
    expireInSeconds: NO_EXPIRY_SECONDS,
    keepUntil: KEPT_UNTIL,
    ...(startAt !== undefined && { startAfter: new Date(startAt).toISOString() }),
  };
}

function isOpen(state: string): boolean {
  return state === 'active' || WAITING.some((each) => each === state);
}

async function hasOpenStretch(tx: Transaction<QueueTables>, parent: string): Promise<boolean> {
  const row = await bossTables(tx)
    .selectFrom('job')
    .select('id')
    .where('state', 'in', [...WAITING, 'active'])
    .where((row) => row(row.ref('data', '->>').key('parent' as never), '=', parent as never))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
