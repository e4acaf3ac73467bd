import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { findForgettable, forgetJob } from '../../lib/ledger/forget.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { queueRepairs, refuseRunning } from '../../lib/ledger/queue-repairs.js';
import { LEASE_TIMES } from '../../lib/store/lease-term.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { jobOptions } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { onServers, openPlace, type ServerSubject } from './databases.js';

const SEND = [{ sourceId: 1, repair: 'send' as const }];

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

  it('is repaired when that run was silent for too long, which then sends nothing more', async (t) => {
    const { place, job, other, copies } = await twoMachines(t, subject());
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    await db
      .updateTable('leases')
      .set({ expires_datetime: '2001-01-01 00:00:00.000' as never })
      .execute();
    await refuseRunning(other, copies);
    assert.equal(await queueRepairs(other, copies, SEND), 1);
    await job.plan([{ sourceId: 2, randomId: 2n }]);
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
