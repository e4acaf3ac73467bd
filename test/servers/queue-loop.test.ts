import assert from 'node:assert/strict';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { deferred } from '../../lib/base/deferred.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { JobEnd } from '../../lib/cli/queue/outcome.js';
import type { WorkerEvent } from '../../lib/cli/queue/worker-events.js';
import { WorkerLoop } from '../../lib/cli/queue/worker-loop.js';
import { enqueue } from '../../lib/queue/enqueue.js';
import { accountQueue, type Order } from '../../lib/queue/order.js';
import { openQueue } from '../../lib/queue/queue.js';
import { admitDue, schedule } from '../../lib/queue/schedules.js';
import { bossTables, bossTime, type QueueTables } from '../../lib/queue/tables.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { onServers, type ServerSubject } from './databases.js';

const ACCOUNT = 5_000_000_001;
const QUEUE = accountQueue(ACCOUNT);
const DONE: JobEnd = { status: 0, code: 'DONE', message: '' };
const TERMS = { priority: 0, retryLimit: 0 };
const CRON = { cron: '0 3 * * *', zone: 'UTC' };

onServers(
  "a worker's loop",
  (subject) => {
    it('a job that is given back while this worker still ends it is not begun a second time', async (t) => {
      const { queue, db } = await openedQueue(t, subject());
      await queue.boss.createQueue(QUEUE);
      const { id } = await enqueue(queue, orderOf('@chat'), TERMS);
      const begun: { readonly end: (end: JobEnd) => void }[] = [];
      const events = new EventTarget();
      const kinds: string[] = [];
      const ending = new AbortController();
      const loop = new WorkerLoop({
        queue,
        worker: {
          ...{ id: 'a'.repeat(32), holder: 'b'.repeat(32), host: 'here', account: ACCOUNT },
          ...{ pid: process.pid, version: '0', jobs: 2 },
        },
        untilEmpty: false,
        plan: async () => undefined,
        work() {
          const { promise, resolve } = deferred<JobEnd>();
          begun.push({ end: resolve });
          return promise;
        },
        endOf: (error) => ({ status: 1, code: 'FAILED', message: String(error) }),
        onEvent(event: WorkerEvent) {
          kinds.push(event.kind);
          events.dispatchEvent(new Event('said'));
        },
        onReady() {},
        // Its seconds are hundredths.
        clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) },
        signal: ending.signal,
      });
      const running = loop.run();
      const said = async (count: number): Promise<void> => {
        while (kinds.length < count) await once(events as never, 'said');
      };
      await said(1);
      // As another worker does it that has taken this one for dead.
      await db.deleteFrom('worker_jobs').execute();
      const again = { state: 'retry', started_on: null } as const;
      await bossTables(db).updateTable('job').where('id', '=', id).set(again).execute();
      await said(2);
      assert.deepEqual(kinds, ['taken', 'busy']);
      assert.equal(begun.length, 1);
      begun[0]?.end(DONE);
      await said(3);
      await bossTables(db)
        .updateTable('job')
        .where('id', '=', id)
        .set({ start_after: '2020-01-01T00:00:00Z' })
        .execute();
      await said(4);
      begun[1]?.end(DONE);
      await said(5);
      assert.deepEqual(kinds, ['taken', 'busy', 'lost', 'taken', 'done']);
      ending.abort();
      await running;
    });

    it('what is due of a schedule that another worker admits now is left to it, and no other waits for it', async (t) => {
      const { queue, db, address } = await openedQueue(t, subject());
      const due: { readonly name: string; readonly id: string | null }[] = [];
      for (const chat of ['@one', '@other']) {
        const order = orderOf(chat);
        const name = await schedule(queue, CRON, { order, terms: TERMS });
        due.push({ name, id: await queue.boss.send(name, { order, terms: TERMS }) });
      }
      const [held] = due;
      const other = serverDatabase(address);
      t.after(() => other.close());
      const rival = await other.open<QueueTables>(DATABASE_OWNER);
      t.after(() => rival.close());
      const { signal } = new AbortController();
      await rival.db.transaction().execute(async (tx) => {
        await bossTables(tx)
          .selectFrom('job')
          .select('id')
          .where('id', '=', String(held?.id))
          .forUpdate()
          .execute();
        assert.equal(await admitDue(queue, signal), 1);
      });
      assert.equal(await admitDue(queue, signal), 1);
      assert.equal(await admitDue(queue, signal), 0);
      const rows = await bossTables(db).selectFrom('job').select(['name', 'data', 'start_after']).execute();
      const dueAt = (chat: string) =>
        rows
          .map((row) => ({ ...row, data: JSON.parse(row.data) as { order?: Order } & Partial<Order> }))
          .filter(({ data: { order, words } }) => (order?.words ?? words)?.[0] === chat)
          .map(({ name, data, start_after }) => (name === QUEUE ? data.asOf : bossTime(start_after)));
      for (const chat of ['@one', '@other']) {
        const [one, other, ...more] = dueAt(chat);
        assert.deepEqual([more, one], [[], other], 'spans count back from when it was due');
      }
    });
  },
  ['postgres'],
);

async function openedQueue(t: TestContext, subject: ServerSubject) {
  const address = await subject.address(t);
  const database = serverDatabase(address);
  const opened = await database.open<QueueTables>(DATABASE_OWNER);
  const queue = await openQueue(opened.db, { tends: false, onError: (error) => assert.ifError(error) });
  t.after(async () => {
    await queue.close();
    await opened.close();
    await database.close();
  });
  return { queue, db: opened.db, address };
}

function orderOf(chat: string): Order {
  return {
    ...{ version: 1, command: 'download', flags: [], words: [chat], account: ACCOUNT },
    ...{ title: chat, host: 'here', serial: systemRandom.bytes(16).toString('hex') },
  };
}
