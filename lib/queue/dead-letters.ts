import type { ExpressionBuilder } from 'kysely';
import { transact } from '../store/repeatable.js';
import { within } from './boss.js';
import { rowOf } from './enqueue.js';
import { DEAD_LETTERS, type DeadLetter, readOrder } from './order.js';
import type { Queue } from './queue.js';
import { type BossJobTable, bossTables, WAITING } from './tables.js';

/**
 * Queues a dead letter once more, with all its tries, by its own id or the job's; with the id of a job that was divided, all of
 * its stretches that are dead letters. Returns the ids of what is queued.
 */
export async function retryDead({ db, boss }: Queue, id: string): Promise<readonly string[]> {
  return transact(db, async (tx) => {
    const rows = await bossTables(tx)
      .selectFrom('job')
      .select(['id', 'data'])
      .where('name', '=', DEAD_LETTERS)
      .where((row) => isMeant(row, id))
      .orderBy('id')
      .forUpdate()
      .execute();
    const db = within(tx);
    for (const { id: letter, data } of rows) {
      const { order, queue, priority, retryLimit } = JSON.parse(data) as DeadLetter;
      const { refusals: _, ...afresh } = readOrder(order);
      await boss.deleteJob(DEAD_LETTERS, letter, { db });
      // The dead letter's own id: the request itself may have been queued again since.
      await boss.insert([rowOf(queue, letter, afresh, { priority, retryLimit })], { db });
    }
    return rows.map((row) => row.id);
  });
}

/**
 * Removes a dead letter, by its own id or the job's, or a job that waits; with the id of a job that was divided, all of its stretches that are either.
 * Returns how many there were. What runs stays.
 */
export async function drop({ db, boss }: Queue, id: string): Promise<number> {
  return transact(db, async (tx) => {
    const rows = await bossTables(tx)
      .selectFrom('job')
      .select(['id', 'name'])
      .where((row) => isMeant(row, id))
      .where('state', 'in', WAITING)
      .orderBy('id')
      .forUpdate()
      .execute();
    for (const { id: each, name } of rows) await boss.deleteJob(name, each, { db: within(tx) });
    return rows.length;
  });
}

/** Whether the id is the row's own, that of the job that became this dead letter, or that of the job of which it is a stretch. */
function isMeant(row: ExpressionBuilder<{ job: BossJobTable }, 'job'>, id: string) {
  const data = row.ref('data', '->>');
  return row.or([
    row('id', '=', id),
    row(data.key('job' as never), '=', id as never),
    row(data.key('parent' as never), '=', id as never),
    row(data.key('order' as never).key('parent' as never), '=', id as never),
  ]);
}
