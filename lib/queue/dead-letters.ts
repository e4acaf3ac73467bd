import { transact } from '../store/repeatable.js';
import { within } from './boss.js';
import { rowOf } from './enqueue.js';
import { DEAD_LETTERS, type DeadLetter, readOrder } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, WAITING } from './tables.js';

/** Queues a dead letter once more, with all its tries. Returns the new job's id; undefined when there is none of that id. */
export async function retryDead({ db, boss }: Queue, id: string): Promise<string | undefined> {
  return transact(db, async (tx) => {
    const row = await bossTables(tx)
      .selectFrom('job')
      .select('data')
      .where('name', '=', DEAD_LETTERS)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) return undefined;
    const { order, queue, priority, retryLimit } = JSON.parse(row.data) as DeadLetter;
    const { refusals: _, ...afresh } = readOrder(order);
    const db = within(tx);
    await boss.deleteJob(DEAD_LETTERS, id, { db });
    // The dead letter's own id: the request itself may have been queued again since.
    await boss.insert([rowOf(queue, id, afresh, { priority, retryLimit })], { db });
    return id;
  });
}

/** Removes a dead letter, or a job that waits; false when there is none of that id. One that runs stays. */
export async function drop({ db, boss }: Queue, id: string): Promise<boolean> {
  return transact(db, async (tx) => {
    const rows = await bossTables(tx)
      .selectFrom('job')
      .select('name')
      .where('id', '=', id)
      .where('state', 'in', WAITING)
      .forUpdate()
      .execute();
    for (const { name } of rows) await boss.deleteJob(name, id, { db: within(tx) });
    return rows.length > 0;
  });
}
