import type { Kysely, Transaction } from 'kysely';
import { databaseTime } from '../store/database-clock.js';
import { transact } from '../store/repeatable.js';
import { within } from './boss.js';
import { enqueueWithin, queueOf, type Terms } from './enqueue.js';
import { type Order, readOrder, requestId } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, bossTime, type QueueTables, WAITING } from './tables.js';

/** What pg-boss queues whenever a schedule is due. */
interface Due {
  readonly order: Order;
  readonly terms: Terms;
}

/** A schedule, as `telepi workers` shows it. */
export interface Scheduled {
  readonly name: string;
  readonly cron: string;
  readonly zone: string;
  readonly order: Order;
}

/** pg-boss has one schedule for each queue: a queue of that name takes what is due until a worker has put it into its own. */
const NAMES = 'schedule-';

/**
 * Queues the order whenever `cron` is due in `zone`; the same request has one schedule. Returns its name. Throws what the
 * reader of the expression throws.
 */
export async function schedule(
  { boss }: Queue,
  { cron, zone }: Pick<Scheduled, 'cron' | 'zone'>,
  due: Due,
): Promise<string> {
  const name = `${NAMES}${requestId(queueOf(due.order), due.order).slice(0, 8)}`;
  await boss.createQueue(queueOf(due.order));
  await boss.createQueue(name);
  await boss.schedule(name, cron, due, { tz: zone });
  return name;
}

/** Ends a schedule; false when there is none of that name. */
export async function unschedule({ db, boss }: Queue, name: string): Promise<boolean> {
  const found = (await boss.getSchedules()).some((each) => each.name === name);
  if (!found) return false;
  await boss.unschedule(name);
  // A queue that has ever had a job is deleted without them alone.
  const rows = await bossTables(db).selectFrom('job').select('id').where('name', '=', name).execute();
  if (rows.length > 0)
    await boss.deleteJob(
      name,
      rows.map(({ id }) => id),
    );
  await boss.deleteQueue(name);
  return true;
}

/** All of them, by name. */
export async function schedules({ boss }: Queue): Promise<readonly Scheduled[]> {
  const rows = await boss.getSchedules();
  return rows
    .map((row) => ({
      name: row.name,
      cron: row.cron,
      // Its types lack the column.
      zone: (row as unknown as { readonly timezone: string }).timezone,
      order: readOrder((row.data as unknown as Due).order),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Puts what is due into the queue of its account, unless the last one of the schedule still waits or runs. What another worker
 * does at this moment is left to it. Returns how many there were; ends early when `signal` aborts.
 */
export async function admitDue(queue: Queue, signal: AbortSignal): Promise<number> {
  let count = 0;
  const others: string[] = [];
  while (!signal.aborted) {
    const name = await nextDue(queue.db, others);
    if (name === undefined) break;
    const isAdmitted = await transact(queue.db, (tx) => admitOne(queue, tx, name));
    if (isAdmitted) count += 1;
    else others.push(name);
  }
  return count;
}

/** Returns whether there was one that nobody else has. */
async function admitOne(queue: Queue, tx: Transaction<QueueTables>, name: string): Promise<boolean> {
  const db = within(tx);
  const jobs = await queue.boss.fetch<Due>(name, { includeMetadata: true, db });
  db.rethrow();
  const [job] = jobs ?? [];
  if (!job) return false;
  const { order, terms } = job.data;
  const own = { serial: job.id, asOf: bossTime(String(job.startAfter)) };
  await enqueueWithin(queue, tx, { ...readOrder(order), ...own }, terms);
  await queue.boss.complete(name, job.id, {}, { db });
  return true;
}

async function nextDue(db: Kysely<QueueTables>, except: readonly string[]): Promise<string | undefined> {
  const row = await bossTables(db)
    .selectFrom('job')
    .select('name')
    .where('name', 'like', `${NAMES}%`)
    .where('state', 'in', WAITING)
    .where('start_after', '<', databaseTime(db))
    .$if(except.length > 0, (query) => query.where('name', 'not in', [...except]))
    .limit(1)
    .executeTakeFirst();
  return row?.name;
}
