import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { examineJob } from '../../lib/ledger/examine-job.js';
import { findForgettable, forgetJob } from '../../lib/ledger/forget.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { queueRepairs, refuseRunning } from '../../lib/ledger/queue-repairs.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import type { ServerDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { jobOptions, withJob } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';

const SEND = [{ sourceId: 1, repair: 'send' as const }];

/** A lease that is over at once. */
const NONE = { leaseMs: 0, renewalMs: 60_000, requestMs: 0 };

/** A job that one machine runs, and a data directory of another one. */
async function twoMachines(
  t: TestContext,
  subject: ServerSubject,
  { host = 'running-host', leaseTimes = LEASE_TIMES } = {},
) {
  const place = await subject.place(t);
  const runner = jobOptions(place.dataDir, { ...place, host, leaseTimes });
  const job = await openJob(runner);
  t.after(() => job.close());
  await job.plan([{ sourceId: 1, randomId: 1n }]);
  await job.sending([1], { afterId: 5 });
  await job.sent([{ sourceId: 1, targetId: 11 }]);
  const folder = basename(job.path);
  const other = { ...jobOptions(temporaryFolder(t)), database: place.database };
  return { place, job, folder, other, copies: { jobId: job.id, path: join(other.dataDir, folder) } };
}

onServers('a job that another machine runs', (subject) => {
  it('is neither forgotten nor repaired before that run ends', async (t) => {
    const { job, folder, other, copies } = await twoMachines(t, subject());
    const running = { code: 'JOB_RUNNING', message: /^This job is running on running-host, / };
    const found = await findForgettable(other, folder);
    await assert.rejects(forgetJob(other, found, other), running);
    await assert.rejects(refuseRunning(other, copies), running);
    await assert.rejects(queueRepairs(other, copies, SEND), running);
    assert.equal((await findForgettable(other, folder)).copies, 1, 'nothing has changed');
    await job.plan([{ sourceId: 2, randomId: 2n }]);
    await job.sending([2], { afterId: 11 });
    await job.close();
    await refuseRunning(other, copies);
    assert.equal(await queueRepairs(other, copies, SEND), 1);
    assert.deepEqual(await forgetJob(other, found, other), { kept: [] });
    await assert.rejects(findForgettable(other, folder), { code: 'UNKNOWN_JOB' });
  });

  it('is not taken before what that run has begun at the end of its lease has had its time', async (t) => {
    const leaseTimes = { leaseMs: 1, renewalMs: 3_600_000, requestMs: 60_000 };
    const { job, other, copies } = await twoMachines(t, subject(), { leaseTimes });
    assert.ok(job.term);
    await job.term.over(new AbortController().signal);
    assert.equal(job.term.mayBegin, false);
    await assert.rejects(refuseRunning(other, copies), { code: 'JOB_RUNNING' });
    await assert.rejects(queueRepairs(other, copies, SEND), { code: 'JOB_RUNNING' });
    await assert.rejects(openJob({ ...other, host: 'other-host' }), { code: 'JOB_RUNNING' });
  });

  it("is left to others after one request's time, and to its own directory at once, when it gave up what may still take effect", async (t) => {
    const hour = { leaseMs: 3_600_000, renewalMs: 3_600_000, requestMs: 3_600_000 };
    const { place, job, other } = await twoMachines(t, subject(), { leaseTimes: hour });
    job.term?.leaveOpen();
    await job.close();
    const begin = (): Promise<void> => withJob({ ...other, host: 'other-host' }, async () => {});
    await assert.rejects(begin(), { code: 'JOB_RUNNING' });
    const own = jobOptions(place.dataDir, {
      ...place,
      host: 'running-host',
      leaseTimes: { ...hour, requestMs: 1 },
    });
    const again = await openJob(own);
    again.term?.leaveOpen();
    await again.close();
    await begin();
  });

  it('is not run from a copy of its data directory on the same machine', async (t) => {
    const { place, job } = await twoMachines(t, subject());
    const copy = join(temporaryFolder(t), 'copy');
    cpSync(place.dataDir, copy, { recursive: true });
    const options = jobOptions(copy, { ...place, dataDir: copy, host: 'running-host' });
    await assert.rejects(openJob(options), { code: 'JOB_RUNNING' });
    await job.close();
    await withJob(options, async () => {});
  });

  it('is begun by one account alone, also when two begin it at once', async (t) => {
    const place = await subject().place(t);
    const machines = [777, 778].map((accountId) => {
      const dataDir = temporaryFolder(t);
      return { ...jobOptions(dataDir, { ...place, dataDir, host: `host-${accountId}` }), accountId };
    });
    const begun = await Promise.allSettled(machines.map((machine) => openJob(machine)));
    const jobs = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    t.after(() => Promise.all(jobs.map((job) => job.close())));
    const codes = begun.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    assert.equal(jobs.length, 1, codes.join());
    assert.ok(['JOB_RUNNING', 'OTHER_ACCOUNT'].includes(codes.join()), codes.join());
  });

  it('is repaired when that run was silent for too long, which then sends nothing more', async (t) => {
    const { place, job, other, copies } = await twoMachines(t, subject());
    await job.plan([{ sourceId: 2, randomId: 2n }]);
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    await db
      .updateTable('leases')
      .set({ expires_datetime: '2001-01-01 00:00:00.000' as never })
      .execute();
    await refuseRunning(other, copies);
    assert.equal(await queueRepairs(other, copies, SEND), 1);
    await assert.rejects(job.sending([2], { afterId: 11 }), { code: 'JOB_TAKEN_OVER' });
  });

  it('is repaired and forgotten at once on the machine on which it was killed', async (t) => {
    const { place, job, folder } = await twoMachines(t, subject(), { host: hostname() });
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    const held = await db.selectFrom('leases').selectAll().execute();
    assert.equal(held.length, 1);
    await job.close();
    // As a killed process leaves it.
    for (const { name, holder, expires_datetime } of held)
      await db.updateTable('leases').where('name', '=', name).set({ holder, expires_datetime }).execute();
    const own = jobOptions(place.dataDir, place);
    const copies = { jobId: job.id, path: job.path };
    await refuseRunning(own, copies);
    assert.equal(await queueRepairs(own, copies, SEND), 1);
    await forgetJob(own, await findForgettable(own, folder), own);
    await assert.rejects(findForgettable(own, folder), { code: 'UNKNOWN_JOB' });
  });
});

/** Two machines, of which each has run the job: what it has in its own folder is older once the other one continues. */
onServers('the files of a job that another machine has run since', (subject) => {
  async function bothMachines(t: TestContext) {
    const place = await subject().place(t);
    const one = jobOptions(place.dataDir, { ...place, host: 'one' });
    const other = jobOptions(temporaryFolder(t), { ...place, host: 'other', dataDir: temporaryFolder(t) });
    await withJob(one, async (job) => {
      await job.plan([1, 2, 3].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
      await job.skipped([{ sourceId: 1, reason: 'poll' }]);
      await job.saveCheckpoint(1);
      await job.saveTopic(7, 70);
    });
    return { one, other };
  }

  it('say nothing of what a person wants, and are written again', async (t) => {
    const { one, other } = await bothMachines(t);
    await withJob(other, async (job) => {
      assert.deepEqual(
        [job.checkpoint, [...job.topicMap], job.notes.map(({ event }) => event)],
        [1, [[7, 70]], []],
      );
      await job.skipped([{ sourceId: 2, reason: 'poll' }]);
      await job.saveTopic(8, 80);
      await job.saveCheckpoint(2);
    });
    assert.equal((await examineJob(one)).checkpoint, 2, 'a look sees what the run will');
    const files = await withJob(one, async (job) => {
      const [note, ...more] = job.notes;
      assert.deepEqual([note?.event, more.length], ['files_renewed', 0]);
      assert.match(note?.sentence ?? '', /^other has run this job since: /);
      assert.equal(job.checkpoint, 2);
      assert.deepEqual(
        [...job.topicMap],
        [
          [7, 70],
          [8, 80],
        ],
      );
      assert.deepEqual((await job.find([1, 2])).get(1)?.state, 'skipped');
      return job.path;
    });
    assert.equal(readFileSync(join(files, 'checkpoint.txt'), 'utf8').trim(), '2');
    assert.deepEqual(JSON.parse(readFileSync(join(files, 'topic_map.json'), 'utf8')), { 7: 70, 8: 80 });
  });

  it('are of one account: on another machine, too, only that one may continue', async (t) => {
    const { other } = await bothMachines(t);
    const refused = { code: 'OTHER_ACCOUNT', message: /was begun by the account 777, and 778 is signed in/ };
    await assert.rejects(
      withJob({ ...other, accountId: 778 }, async () => {}),
      refused,
    );
    await withJob(other, async (job) => assert.equal(job.checkpoint, 1));
  });

  it('are a wish again once this machine has run it', async (t) => {
    const { one, other } = await bothMachines(t);
    await withJob(other, async (job) => job.saveCheckpoint(2));
    const folder = await withJob(one, async (job) => job.path);
    writeFileSync(join(folder, 'checkpoint.txt'), '0\n');
    writeFileSync(join(folder, 'topic_map.json'), '{}\n');
    await withJob(one, async (job) => {
      assert.deepEqual([job.checkpoint, job.topicMap.size], [0, 0]);
      assert.deepEqual(
        job.notes.map(({ event }) => event),
        ['checkpoint_back', 'topics_edited'],
      );
    });
  });

  it('belong to the job that --restart has made on the other machine', async (t) => {
    const { one, other } = await bothMachines(t);
    const id = await withJob({ ...other, restart: true }, async (job) => job.id);
    const looked = await examineJob(one);
    assert.deepEqual([looked.begun, looked.checkpoint], [true, 0], 'a look sees what the run will');
    await withJob(one, async (job) => {
      assert.deepEqual([job.id, job.checkpoint, job.topicMap.size], [id, 0, 0]);
    });
  });

  it('are of the job that the other machine has begun where this one died before it had begun its own', async (t) => {
    const place = await subject().place(t);
    const one = jobOptions(place.dataDir, { ...place, host: 'one' });
    const other = jobOptions(temporaryFolder(t), { ...place, host: 'other', dataDir: temporaryFolder(t) });
    // The first random bytes name the machine, the second ones the job: from then on nothing reaches the database.
    let drawn = 0;
    const bytes = (count: number): Buffer => {
      drawn += 1;
      return systemRandom.bytes(count);
    };
    const database = place.database && {
      ...place.database,
      async open<Tables>(...words: Parameters<ServerDatabase['open']>) {
        const opened = await (place.database as ServerDatabase).open<Tables>(...words);
        const dying = opened.db.withPlugin({
          transformQuery({ node }) {
            if (drawn >= 2) throw new Error('The process has died.');
            return node;
          },
          transformResult: async ({ result }) => result,
        });
        return { ...opened, db: dying };
      },
    };
    const dying = { ...one, database, leaseTimes: NONE, random: { ...systemRandom, bytes } };
    await assert.rejects(
      withJob(dying, async () => {}),
      /The process has died/,
    );
    assert.equal(drawn, 2);
    const id = await withJob(other, async (job) => job.id);
    await withJob(one, async (job) => assert.equal(job.id, id));
  });

  it("are kept apart from those of another database's job", async (t) => {
    const { one, other } = await bothMachines(t);
    const elsewhere = await subject().place(t);
    await withJob({ ...other, ...elsewhere, dataDir: temporaryFolder(t) }, async (job) =>
      job.saveCheckpoint(3),
    );
    await assert.rejects(
      withJob({ ...one, database: elsewhere.database }, async () => {}),
      {
        code: 'STATE_DAMAGED',
        message: /belongs to another job/,
      },
    );
  });

  it('hold no mark of pins: whoever continues the job finds it', async (t) => {
    const { one, other } = await bothMachines(t);
    await withJob(one, async (job) => job.pinMark?.write({ chat: -5, afterId: 9 }));
    await withJob(other, async (job) => {
      assert.deepEqual(await job.pinMark?.read(), { chat: -5, afterId: 9 });
      await job.pinMark?.remove();
      assert.equal(await job.pinMark?.read(), undefined);
    });
  });

  it('changes nothing of the job when it has lost it', async (t) => {
    const { one, other } = await bothMachines(t);
    await withJob({ ...one, leaseTimes: NONE }, async (job) => {
      await job.sending([3], { afterId: 5 });
      await withJob(other, async () => {});
      const taken = { code: 'JOB_TAKEN_OVER' };
      await assert.rejects(job.plan([{ sourceId: 4, randomId: 4n }]), taken);
      await assert.rejects(job.sent([{ sourceId: 3, targetId: 11 }]), taken);
      await assert.rejects(job.saveCheckpoint(3), taken);
      await assert.rejects(job.pinMark?.write({ chat: -5, afterId: 9 }) ?? Promise.resolve(), taken);
      assert.equal((await job.find([3])).get(3)?.state, 'sending');
    });
  });
});
