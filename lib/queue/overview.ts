import { databaseTime } from '../store/database-clock.js';
import { asTime } from '../store/times.js';
import { asNumber } from '../store/values.js';
import {
  accountOf,
  DEAD_LETTERS,
  type DeadLetter,
  type Ending,
  type Order,
  readLeft,
  readOrder,
} from './order.js';
import type { Queue } from './queue.js';
import { type Scheduled, schedules } from './schedules.js';
import { type BossJobTable, bossTables, bossTime, WAITING } from './tables.js';
import { DEAD_AFTER_MS } from './workers.js';

/** When nothing has moved for this long, a job counts as stuck; in milliseconds. */
const STUCK_MS = 10 * 60_000;

/** Everything of the queue at one moment. Times are by the database's clock, in milliseconds since the epoch. */
export interface Overview {
  readonly now: number;
  readonly workers: readonly WorkerState[];
  /** By priority, then by age. */
  readonly waiting: readonly WaitingJob[];
  readonly divided: readonly DividedJob[];
  readonly scheduled: readonly Scheduled[];
  readonly dead: readonly DeadJob[];
}

export interface WorkerState {
  readonly id: string;
  readonly host: string;
  readonly account: number;
  readonly pid: number;
  readonly version: string;
  readonly state: 'working' | 'ending' | 'dead';
  readonly startedAt: number;
  readonly seenAt: number;
  readonly jobs: readonly RunningJob[];
}

export interface RunningJob {
  readonly id: string;
  /** Undefined for one that pg-boss has no more. */
  readonly order: Order | undefined;
  readonly since: number;
  readonly progressAt: number;
  /** Its worker is dead, or it has done nothing for ten minutes and doesn't wait as Telegram has asked. */
  readonly stuck: boolean;
}

export interface WaitingJob {
  readonly id: string;
  readonly queue: string;
  readonly order: Order;
  readonly priority: number;
  readonly since: number;
  /** Not before. */
  readonly startAt: number;
  /** How often it has failed, and how often it may. */
  readonly failures: number;
  readonly retryLimit: number;
  readonly lastError: Ending | undefined;
  /** Why it waits, although a worker has had it: that didn't count as a failure. */
  readonly putOff: Ending | undefined;
  /** Its account has no worker that lives. */
  readonly stuck: boolean;
}

/** A job that was divided, of which something is left to do. */
export interface DividedJob {
  readonly id: string;
  readonly title: string;
  readonly stretches: number;
  /** Of these, how many wait or run: the others are done, dead letters, or dropped. */
  readonly left: number;
  readonly running: number;
  readonly dead: number;
}

export interface DeadJob extends DeadLetter {
  readonly id: string;
  readonly at: number;
}

/** Reads it. */
export async function overview(queue: Queue): Promise<Overview> {
  const { db } = queue;
  const jobs = await bossTables(db)
    .selectFrom('job')
    .select(['id', 'name', 'priority', 'data', 'state', 'retry_count', 'retry_limit'])
    .select(['start_after', 'created_on', 'started_on', 'completed_on', 'output'])
    .where('state', 'in', [...WAITING, 'active'])
    .where('name', 'not like', '\\_\\_pgboss%')
    .where('name', 'not like', 'schedule-%')
    .orderBy('priority', 'desc')
    .orderBy('created_on')
    .orderBy('id')
    .execute();
  const open = jobs.filter(({ name }) => name !== DEAD_LETTERS);
  const dead = jobs.filter(({ name }) => name === DEAD_LETTERS).map(deadOf);
  const now = await clockOf(queue);
  const workers = await workersOf(queue, open, now);
  const living = new Set(workers.filter(({ state }) => state !== 'dead').map(({ account }) => account));
  return {
    now,
    workers,
    waiting: open.filter(({ state }) => state !== 'active').map((job) => waitingOf(job, living)),
    divided: dividedOf(open, dead),
    scheduled: await schedules(queue),
    dead,
  };
}

type JobRow = BossJobTable;

async function clockOf({ db }: Queue): Promise<number> {
  const row = await db.selectNoFrom(databaseTime(db).as('now')).executeTakeFirstOrThrow();
  return asTime(row.now);
}

async function workersOf(
  { db }: Queue,
  jobs: readonly JobRow[],
  now: number,
): Promise<readonly WorkerState[]> {
  const workers = await db
    .selectFrom('workers')
    .selectAll()
    .orderBy('host')
    .orderBy('account_id')
    .orderBy('worker_id')
    .execute();
  const held = await db.selectFrom('worker_jobs').selectAll().orderBy('since_datetime').execute();
  const orders = new Map(jobs.map((job) => [job.id, orderOf(job)]));
  return workers.map((row) => {
    const seenAt = asTime(row.seen_datetime);
    const isDead = now - seenAt > DEAD_AFTER_MS;
    const own = held.filter(({ worker_id }) => worker_id === row.worker_id);
    return {
      id: row.worker_id,
      host: row.host,
      account: asNumber(row.account_id),
      pid: asNumber(row.pid),
      version: row.version,
      state: isDead ? 'dead' : row.state,
      startedAt: asTime(row.started_datetime),
      seenAt,
      jobs: own.map((job) => {
        const progressAt = asTime(job.progress_datetime);
        return {
          id: job.job_id,
          order: orders.get(job.job_id),
          since: asTime(job.since_datetime),
          progressAt,
          stuck: isDead || now - progressAt > STUCK_MS,
        };
      }),
    };
  });
}

function waitingOf(job: JobRow, living: ReadonlySet<number>): WaitingJob {
  const { lastError, putOff } = readLeft(job.output);
  const account = accountOf(job.name);
  const failures = job.started_on === null ? asNumber(job.retry_count) : asNumber(job.retry_count) + 1;
  return {
    id: job.id,
    queue: job.name,
    order: orderOf(job),
    priority: asNumber(job.priority),
    since: bossTime(job.created_on),
    startAt: bossTime(job.start_after),
    failures,
    retryLimit: asNumber(job.retry_limit),
    lastError,
    putOff,
    stuck: account !== undefined && !living.has(account),
  };
}

function dividedOf(open: readonly JobRow[], dead: readonly DeadJob[]): readonly DividedJob[] {
  const found = new Map<string, { order: Order; open: number; running: number; dead: number }>();
  const add = (order: Order, what: 'open' | 'running' | 'dead'): void => {
    const { parent } = order;
    if (parent === undefined) return;
    // Of an earlier time that the same was queued, dead letters may be left.
    const key = `${parent} ${order.serial}`;
    const entry = found.get(key) ?? { order, open: 0, running: 0, dead: 0 };
    entry[what] += 1;
    found.set(key, entry);
  };
  for (const job of open) {
    const order = orderOf(job);
    add(order, 'open');
    if (job.state === 'active') add(order, 'running');
  }
  for (const { order } of dead) add(order, 'dead');
  return [...found.values()].map(({ order, open: left, running, dead: lost }) => ({
    id: order.parent ?? '',
    title: `${order.command} ${order.title}`,
    stretches: order.of ?? 0,
    left,
    running,
    dead: lost,
  }));
}

function deadOf(job: JobRow): DeadJob {
  const letter = JSON.parse(job.data) as DeadLetter;
  return { ...letter, order: readOrder(letter.order), id: job.id, at: bossTime(job.created_on) };
}

function orderOf({ data }: Pick<JobRow, 'data'>): Order {
  return readOrder(JSON.parse(data));
}
