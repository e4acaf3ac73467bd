import assert from 'node:assert/strict';
import { it } from 'node:test';
import { handOver } from '../../lib/cli/queue/hand-over.js';
import type { JobEnd } from '../../lib/cli/queue/outcome.js';
import { overviewLines } from '../../lib/cli/queue/overview-lines.js';
import { complete, giveBack, handOn, putOff } from '../../lib/queue/endings.js';
import { freeAnyones } from '../../lib/queue/free.js';
import { accountQueue, type Order } from '../../lib/queue/order.js';
import { overview } from '../../lib/queue/overview.js';
import { take } from '../../lib/queue/take.js';
import { administer } from './administer.js';
import { onServers } from './databases.js';
import { BUSY, openedQueue, queueAt, queued, workerOf } from './opened-queue.js';
import { DatabaseRelay } from './relay.js';

const UNSEEN: JobEnd = { status: 2, code: 'UNKNOWN_CHAT', message: 'It sees no such chat.' };

onServers(
  'how a job of the queue ends',
  (subject) => {
    it('a job that is put off says why it waits until it is taken again', async (t) => {
      const { queue, worker } = await openedQueue(t, subject());
      await queued(queue);
      const holder = { queue, worker };
      const job = await take(queue, worker, []);
      assert.ok(job);
      assert.ok(await putOff(holder, job, 30_000, BUSY));
      const found = await overview(queue);
      const [waiting] = found.waiting;
      assert.deepEqual(
        [waiting?.putOff, waiting?.lastError, waiting?.failures, found.waiting.length],
        [BUSY, undefined, 0, 1],
      );
      assert.ok((waiting?.startAt ?? 0) > found.now);
      const text = overviewLines(found).join('\n');
      assert.match(text, /, put off until .*\n {4}put off: JOB_RUNNING on here: It runs elsewhere\./);
      assert.equal(await take(queue, worker, []), undefined, 'it waits');
      await queue.db
        .withSchema('telepi_queue')
        .updateTable('job' as never)
        .set({ start_after: '2020-01-01' } as never)
        .execute();
      const again = await take(queue, worker, []);
      assert.ok(again);
      assert.ok(await giveBack(holder, again));
      assert.equal((await overview(queue)).waiting[0]?.putOff, undefined);
    });

    it('an end that the server has undone does not count, when somebody else has the job by then', async (t) => {
      const { queue, worker, address } = await openedQueue(t, subject());
      const id = await queued(queue);
      const job = await take(queue, worker, []);
      assert.ok(job);
      const boss = Object.create(queue.boss) as typeof queue.boss;
      let isFirst = true;
      boss.complete = async (...args: readonly never[]) => {
        const done = await Reflect.apply(queue.boss.complete, queue.boss, args);
        if (!isFirst) return done;
        isFirst = false;
        // The server ends the connection, and its transaction; then another worker gives the job back.
        await administer(
          address,
          "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction' and datname = current_database()",
          `delete from worker_jobs where job_id = '${id}'`,
        );
        return done;
      };
      assert.equal(await complete({ queue: { ...queue, boss }, worker }, job, {}), false);
      assert.equal(isFirst, false);
      const [row] = (await administer(address, `select state from telepi_queue.job where id = '${id}'`)) as {
        readonly state: string;
      }[];
      assert.equal(row?.state, 'active');
    });

    it('an end whose answer was lost has happened', async (t) => {
      const { worker, address } = await openedQueue(t, subject());
      const relay = await DatabaseRelay.start(address.port);
      t.after(() => relay.cut());
      const queue = await queueAt(t, { ...address, port: relay.port });
      for (let lost = 0; ; lost += 1) {
        const id = await queued(queue, { title: `chat ${lost}`, words: [String(lost)] });
        const job = await take(queue, worker, []);
        assert.equal(job?.id, id);
        const before = relay.answers;
        relay.loseAnswerAfter(lost);
        assert.equal(await complete({ queue, worker }, job, {}), true, `without answer ${lost}`);
        // The answers of an end without a loss are fewer than that.
        if (relay.answers - before <= lost) break;
      }
    });

    it('a job of any account that waits for one whose workers have died is free for those of the others, unless it has begun it', async (t) => {
      const { queue, address } = await openedQueue(t, subject());
      const judge = { mayJudge: () => true };
      const second = await workerOf(queue, 2);
      const id = await queued(queue, { any: true });
      const toFirst = async (order: Partial<Order>): Promise<void> => {
        const job = await take(queue, second, []);
        assert.ok(job);
        assert.ok(await handOn({ queue, worker: second }, job, accountQueue(1), { ...job.order, ...order }));
      };
      await toFirst({});
      assert.deepEqual(await freeAnyones(queue, judge), [], 'account 1 has a worker');
      await administer(address, "update workers set seen_datetime = '2020-01-01' where account_id = 1");
      assert.deepEqual(await freeAnyones(queue, { mayJudge: () => false }), [], 'after an outage');
      assert.equal(await take(queue, second, []), undefined);
      assert.deepEqual(await freeAnyones(queue, judge), [id]);
      await toFirst({ refusals: [{ ...BUSY, account: 2 }] });
      assert.deepEqual(await freeAnyones(queue, judge), [], 'the living one may not do it');
      await workerOf(queue, 3);
      assert.deepEqual(await freeAnyones(queue, judge), [id]);
      await toFirst({ refusals: [], begunBy: 1 });
      assert.deepEqual(await freeAnyones(queue, judge), [], 'account 1 has begun it');
    });

    it('a job that waited for an account waits for it again when no account with a worker may do it', async (t) => {
      const { queue, worker: first, address } = await openedQueue(t, subject());
      const judge = { mayJudge: () => true };
      const second = await workerOf(queue, 2);
      const id = await queued(queue, { any: true });
      const begun = await take(queue, first, []);
      assert.ok(begun);
      assert.ok(await handOn({ queue, worker: first }, begun, accountQueue(1), begun.order));
      await administer(address, "update workers set seen_datetime = '2020-01-01' where account_id = 1");
      assert.deepEqual(await freeAnyones(queue, judge), [id]);
      const freed = await take(queue, second, []);
      assert.ok(freed);
      const event = await handOver({ queue, worker: second }, freed, UNSEEN);
      assert.deepEqual([event.kind, 'account' in event && event.account], ['handed-on', 1]);
      assert.deepEqual(await freeAnyones(queue, judge), [], 'the living one may not do it');
      await workerOf(queue, 1);
      const back = await take(queue, first, []);
      assert.deepEqual(
        [back?.id, back?.order.refusals?.map(({ account, code }) => [account, code])],
        [id, [[2, 'UNKNOWN_CHAT']]],
      );
      assert.ok(back);
      assert.equal(
        (await handOver({ queue, worker: first }, back, UNSEEN)).kind,
        'refused',
        'by each of them',
      );
    });
  },
  ['postgres'],
);
