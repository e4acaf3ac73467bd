import type { TestContext } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { enqueue } from '../../lib/queue/enqueue.js';
import { accountQueue, type Ending, type Order } from '../../lib/queue/order.js';
import { openQueue, type Queue } from '../../lib/queue/queue.js';
import type { QueueTables } from '../../lib/queue/tables.js';
import { beat, type Worker } from '../../lib/queue/workers.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { ServerSubject } from './databases.js';

export const BUSY: Ending = { code: 'JOB_RUNNING', message: 'It runs elsewhere.', host: 'here' };

/** A queue in a new database, and a worker that others can see. */
export async function openedQueue(
  t: Pick<TestContext, 'after'>,
  subject: ServerSubject,
): Promise<{ readonly queue: Queue; readonly worker: Worker; readonly address: DatabaseAddress }> {
  const address = await subject.address(t);
  const queue = await queueAt(t, address);
  return { queue, worker: await workerOf(queue, 1), address };
}

export async function queueAt(t: Pick<TestContext, 'after'>, address: DatabaseAddress): Promise<Queue> {
  const database = serverDatabase(address);
  const opened = await database.open<QueueTables>(DATABASE_OWNER);
  const queue = await openQueue(opened.db, {
    tends: false,
    onError(error) {
      throw error;
    },
  });
  t.after(async () => {
    await queue.close();
    await opened.close();
    await database.close();
  });
  return queue;
}

/** One worker of the account, which is seen now. */
export async function workerOf(queue: Queue, account: number): Promise<Worker> {
  const id = String(account).padStart(32, '0');
  const worker = { id, holder: id, host: 'here', account, pid: account, version: 'test', jobs: 1 };
  await queue.boss.createQueue(accountQueue(account));
  await beat(queue.db, worker, { state: 'working', running: [], moved: [] });
  return worker;
}

/** Queues a job of account 1, or as `more` says. Returns its id. */
export async function queued(queue: Queue, more: Partial<Order> = {}): Promise<string> {
  const order: Order = {
    version: 1,
    command: 'run',
    flags: [],
    words: [],
    account: 1,
    title: 'a chat',
    host: 'here',
    serial: 'one',
    ...more,
  };
  return (await enqueue(queue, order, { priority: 0, retryLimit: 5 })).id;
}
