import assert from 'node:assert/strict';
import { it } from 'node:test';
import { overviewLines } from '../../lib/cli/queue/overview-lines.js';
import { giveBack, putOff } from '../../lib/queue/endings.js';
import { overview } from '../../lib/queue/overview.js';
import { take } from '../../lib/queue/take.js';
import { onServers } from './databases.js';
import { BUSY, openedQueue, queued } from './opened-queue.js';

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
  },
  ['postgres'],
);
