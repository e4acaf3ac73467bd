import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { Job } from '../../lib/ledger/job.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { readStatus } from '../../lib/ledger/status.js';
import { openPace } from '../../lib/store/open-pace.js';
import { FakeClock } from '../support/fake-clock.js';
import { jobOptions, withJob } from '../support/ledger-scene.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Messages 1 to 4 are settled, 5 is planned, 100 were ahead. */
async function work(job: Job): Promise<void> {
  await job.expect(100);
  await job.plan([1, 2, 3, 4, 5].map((sourceId) => ({ sourceId, randomId: 1n })));
  await job.sending([1]);
  await job.sent([{ sourceId: 1, targetId: 10 }]);
  await job.skipped([
    { sourceId: 2, reason: 'poll' },
    { sourceId: 3, reason: 'service' },
  ]);
  await job.failed([{ sourceId: 4, reason: 'media_empty', message: 'x' }]);
  await job.saveCheckpoint(4);
}

const HOUR = 3_600_000;

describe('readStatus', () => {
  it('counts a running job: messages done, left out and waiting, the rate and the end', async (t) => {
    const clock = new FakeClock();
    const options = jobOptions(temporaryFolder(t), { clock, sourceTitle: 'From', targetTitle: 'To' });
    assert.deepEqual(await readStatus(options, clock), []);
    assert.ok(!existsSync(join(options.dataDir, 'ledger.db')));
    const start = clock.now();
    await withJob(options, async (job) => {
      await work(job);
      await clock.advance(HOUR / 2);
      const [status] = await readStatus(options, clock);
      assert.ok(status);
      assert.ok(status.running && 'pid' in status.running);
      assert.equal(status.running.pid, process.pid);
      assert.deepEqual([status.done, status.sending, status.waiting], [1, 0, 96]);
      assert.deepEqual([status.skipped, status.failed], [{ poll: 1, service: 1 }, { media_empty: 1 }]);
      assert.equal(status.messagesPerMinute, 8 / 60);
      assert.equal(status.estimatedEnd, start + HOUR / 2 + 12 * HOUR);
      assert.deepEqual([status.job.sourceTitle, status.job.targetTitle], ['From', 'To']);
      await clock.advance(HOUR / 2);
    });
    await clock.advance(9 * HOUR);
    const [ended] = await readStatus(options, clock);
    assert.deepEqual([ended?.running, ended?.estimatedEnd], [undefined, undefined]);
    assert.equal(ended?.messagesPerMinute, 4 / 60);
  });

  it('counts messages that were edited back only once, as they are processed again', async (t) => {
    const clock = new FakeClock();
    const options = jobOptions(temporaryFolder(t), { clock });
    await withJob(options, work);
    await withJob(options, async (job) => {
      await job.expect(10);
      const [before] = await readStatus(options, clock);
      assert.equal(before?.waiting, 10);
      await job.skipped([{ sourceId: 5, reason: 'poll' }]);
      await job.saveCheckpoint(5);
      const [after] = await readStatus(options, clock);
      assert.equal(after?.waiting, 9);
    });
  });

  it('shows no number if the server gives none, and no job that --restart has replaced', async (t) => {
    const clock = new FakeClock();
    const options = jobOptions(temporaryFolder(t), { clock });
    await withJob(options, work);
    await withJob({ ...options, restart: true }, (job) => job.expect(undefined));
    const statuses = await readStatus(options, clock);
    assert.equal(statuses.length, 1);
    assert.deepEqual([statuses[0]?.done, statuses[0]?.waiting], [0, undefined]);
  });
});

describe('telepi status', () => {
  it('shows each job to people and machines, without account or connection, even during a run', async (t) => {
    const cwd = temporaryFolder(t);
    const options = jobOptions(join(cwd, 'data'), {
      sourceTitle: 'From\u001b[2J',
      targetTitle: 'To',
      sourceTopic: 5,
    });
    const empty = await telepi(['status'], { cwd });
    assert.deepEqual([empty.status, empty.stderr], [0, '']);
    assert.match(empty.stdout, /data has no job yet: telepi run begins one\.\n$/);
    const job = await openJob(options);
    t.after(() => job.close());
    await work(job);
    await withJob({ ...options, targetId: -1009 }, async () => {});

    const shown = await telepi(['status'], { cwd });
    assert.equal(shown.status, 0, shown.stderr);
    const text = shown.stdout;
    assert.match(text, /^From\[2J \(-1001234\), topic 5 → To \(-1005678\)$/m);
    assert.match(
      text,
      /^ {2}1 message done, 2 skipped \(poll 1, service 1\), 1 failed \(media_empty 1\), 96 waiting$/m,
    );
    assert.match(text, new RegExp(`^ {2}running as process ${process.pid} on .* msg/min, ends .*, in `, 'm'));
    assert.match(text, /^ {2}0 messages done, 0 skipped, 0 failed, an unknown number waiting$/m);
    assert.match(text, /^ {2}stopped .* on /m);

    const { stdout, status } = await telepi(['status', '--json'], { cwd });
    assert.equal(status, 0);
    const records = recordsOf(stdout);
    assert.equal(records.length, 2);
    const running = records.find((record) => record['running'] !== null);
    assert.deepEqual(running?.['skipped'], { poll: 1, service: 1 });
    assert.deepEqual(running?.['failed'], { media_empty: 1 });
    assert.deepEqual([running?.['done'], running?.['waiting'], running?.['checkpoint']], [1, 96, 4]);
    assert.deepEqual(running?.['source'], { id: -1001234, title: 'From\u001b[2J', topic: 5 });
    assert.ok(Date.parse(String(running?.['estimatedEnd'])) > Date.now());
    await job.plan([{ sourceId: 9, randomId: 9n }]);
  });

  it('shows what is in doubt', async (t) => {
    const cwd = temporaryFolder(t);
    const options = jobOptions(join(cwd, 'data'));
    const job = await openJob(options);
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.sending([1]);
    await job.close();
    const { stdout } = await telepi(['status'], { cwd });
    assert.match(stdout, /an unknown number waiting \(1 of them in doubt until the next run\)$/m);
    assert.match(stdout, /, state in \S+$/m);
    rmSync(job.path, { recursive: true });
    const elsewhere = await telepi(['status'], { cwd });
    assert.match(elsewhere.stdout, /, state in the database alone here, last run on \S+$/m);
  });

  it('says for how long Telegram has asked the account to wait, with what, and which machine met it', async (t) => {
    const cwd = temporaryFolder(t);
    const options = jobOptions(join(cwd, 'data'));
    await withJob(options, work);
    const path = join(options.dataDir, 'ledger.db');
    const pace = openPace({ path, owner: DATABASE_OWNER, pause: async () => {} });
    const met = { revision: 0, host: 'night', reason: 'FLOOD_WAIT_1800' };
    const until = Date.now() + HOUR;
    await pace.write(options.accountId, { ...met, gate: 'messages', openAt: until });
    await pace.write(options.accountId, { ...met, gate: 'upload', openAt: Date.now() - HOUR });
    await pace.write(options.accountId + 1, { ...met, gate: 'download', openAt: until });
    await pace.close();
    const { stdout } = await telepi(['status'], { cwd });
    const waits = stdout.split('\n').filter((line) => line.includes('asked the account to wait'));
    assert.equal(waits.length, 1, stdout);
    assert.match(waits[0] ?? '', / to wait with messages: FLOOD_WAIT_1800 on night, ends .*, in \d+ \w+/);
    const [record] = recordsOf((await telepi(['status', '--json'], { cwd })).stdout);
    const [wait, ...others] = (record?.['waits'] ?? []) as Record<string, string>[];
    assert.deepEqual(others, []);
    assert.deepEqual(
      [wait?.['gate'], wait?.['reason'], wait?.['host']],
      ['messages', 'FLOOD_WAIT_1800', 'night'],
    );
    const late = Date.parse(wait?.['until'] ?? '') - until;
    assert.ok(Math.abs(late) < HOUR / 2, `${late} ms from the end of the wait`);
  });
});
