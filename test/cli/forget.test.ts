import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { Job } from '../../lib/ledger/job.js';
import { writeTargetFile } from '../../lib/ledger/made-target-file.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { runInProcess } from '../support/in-process.js';
import { jobOptions, withJob, withLedger } from '../support/ledger-scene.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const FOLDER = '-1001234_to_-1005678';

/** Two sent messages, one of them with a file, a topic, a failure. */
async function work(job: Job): Promise<void> {
  await job.plan([1, 2, 3].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
  await job.planFile({ sourceId: 1, role: 'file', fileId: 5n, size: 10, parts: 1 });
  await job.sending([1, 2]);
  await job.sent([1, 2].map((sourceId) => ({ sourceId, targetId: 10 + sourceId })));
  await job.failed([{ sourceId: 3, reason: 'bad', message: 'x' }]);
  await job.saveTopic(3, 30);
  await job.saveCheckpoint(3);
}

async function rowsIn(dataDir: string): Promise<number> {
  return withLedger(dataDir, async ({ db }) => {
    let rows = 0;
    for (const table of [
      'ledger_jobs',
      'ledger_messages',
      'ledger_files',
      'ledger_topics',
      'ledger_actions',
    ] as const) {
      rows += (await db.selectFrom(table).selectAll().execute()).length;
    }
    return rows;
  });
}

test("forget removes the job's rows and folder, and those of jobs before a --restart, but no other job's", async (t) => {
  const cwd = temporaryFolder(t);
  const options = jobOptions(join(cwd, 'data'), { targetTitle: 'To' });
  const other = { ...options, targetId: -1009 };
  await withJob(other, work);
  const rows = await rowsIn(options.dataDir);
  await withJob(options, work);
  await withJob({ ...options, restart: true }, work);
  const unasked = await telepi(['forget', FOLDER], { cwd });
  assert.equal(unasked.status, 2, unasked.stderr);
  assert.match(unasked.stderr, /6 messages from the ledger\. 4 copies stay in "To" \(-1005678\), .*--yes/);
  assert.ok((await rowsIn(options.dataDir)) > rows);

  const { status, stdout, stderr } = await telepi(['forget', FOLDER, '--yes', '--json'], { cwd });
  assert.equal(status, 0, stderr);
  const [record] = recordsOf(stdout);
  assert.deepEqual([record?.['event'], record?.['copies'], record?.['kept']], ['forgotten', 4, []]);
  assert.equal(await rowsIn(options.dataDir), rows);
  assert.ok(!existsSync(join(options.dataDir, FOLDER)));
  await withJob(other, async (job) => assert.equal(job.checkpoint, 3));
  await withJob(options, async (job) => assert.deepEqual([job.checkpoint, job.notes], [0, []]));
});

test("forget asks at a terminal, accepts a path, keeps other people's files, and finishes an interrupted forget", async (t) => {
  const cwd = temporaryFolder(t);
  const options = jobOptions(join(cwd, 'data'));
  const path = join(options.dataDir, FOLDER);
  const forget = (answer: string) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    stdin.write(`${answer}\r`);
    return runInProcess(['forget', join('data', FOLDER)], { environment: {}, cwd, stdin });
  };
  await withJob(options, work);
  writeFileSync(join(path, 'notes.md'), 'mine');
  await assert.rejects(forget('no'), { code: 'FORGET_UNCONFIRMED', exitStatus: 2 });
  assert.ok(existsSync(join(path, 'job.json')));
  const { stdout } = await forget('forget');
  assert.match(stdout, /^Forgotten: .*\n {2}notes\.md in it isn't TelePi's/);
  assert.deepEqual(readdirSync(path), ['notes.md']);
  await assert.rejects(forget('forget'), { code: 'UNKNOWN_JOB' });
  // The state left by a process that ended after the rows were removed.
  writeFileSync(join(path, 'job.json'), '{}');
  await forget('forget');
  assert.deepEqual(readdirSync(path), ['notes.md']);
});

test('forget refuses a running job, and a name that is not a job', async (t) => {
  const cwd = temporaryFolder(t);
  const options = jobOptions(join(cwd, 'data'));
  const job = await openJob(options);
  t.after(() => job.close());
  await work(job);
  const forget = (name: string) => runInProcess(['forget', name, '--yes'], { environment: {}, cwd });
  await assert.rejects(forget(basename(job.path)), { code: 'JOB_RUNNING' });
  assert.equal((await job.find([1])).size, 1);
  for (const name of ['-1_to_-2', '..', '.', 'data']) {
    await assert.rejects(forget(name), { code: 'UNKNOWN_JOB' });
  }
  await assert.rejects(runInProcess(['forget'], { environment: {}, cwd }), { code: 'USAGE' });
});

test('forget states no number of copies when the ledger was lost', async (t) => {
  const cwd = temporaryFolder(t);
  const options = jobOptions(join(cwd, 'data'), { targetTitle: 'To' });
  await withJob(options, work);
  for (const end of ['', '-wal', '-shm']) rmSync(join(options.dataDir, `ledger.db${end}`), { force: true });
  const { status, stderr } = await telepi(['forget', FOLDER], { cwd });
  assert.equal(status, 2, stderr);
  assert.match(
    stderr,
    /0 messages from the ledger\. What the job has sent, if anything, stays in the target, and/,
  );
});

test('a path into another data directory does not name a job of this one', async (t) => {
  const cwd = temporaryFolder(t);
  const dataDir = join(cwd, 'data');
  await withJob(jobOptions(dataDir), async () => {});
  mkdirSync(join(cwd, 'other'));
  const forget = (word: string) =>
    telepi(['forget', word, '--yes'], { cwd, environment: { DATA_DIR: 'data' } });
  const refused = await forget(`other/${FOLDER}`);
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /is not in the data directory .*data: give its own directory with --data-dir/);
  assert.ok(existsSync(join(dataDir, FOLDER)));
  const { status, stderr } = await forget(`data/${FOLDER}`);
  assert.equal(status, 0, stderr);
  assert.ok(!existsSync(join(dataDir, FOLDER)));
});

test('forget removes the note that --create-target made the target of the job, and no other such note', async (t) => {
  const cwd = temporaryFolder(t);
  const dataDir = join(cwd, 'data');
  const options = jobOptions(dataDir);
  await withJob(options, async () => {});
  const { sourceId, targetId } = options;
  const note = async (of: object, made: number | undefined): Promise<void> => {
    const record = { version: 1, mark: 'm', kind: 'forum', title: 'From', plannedAt: 1 } as const;
    const its = made === undefined ? {} : { targetId: made, accessHash: '1' };
    await writeTargetFile({ dataDir, accountId: 7, sourceId, ...of }, { ...record, ...its });
  };
  await note({}, targetId);
  await note({ accountId: 8 }, -1009);
  await note({ accountId: 9 }, undefined);
  await note({ sourceTopic: 5 }, targetId);
  await note({ sourceId: -1003 }, targetId);
  await note({ server: 'other' }, targetId);
  const notes = () => readdirSync(dataDir).filter((name) => name.startsWith('target_for_'));
  assert.equal(notes().length, 6);
  const unasked = await telepi(['forget', FOLDER], { cwd });
  assert.match(unasked.stderr, /A new run with --create-target creates another target\./);
  assert.equal(notes().length, 6);
  const { status, stderr } = await telepi(['forget', FOLDER, '--yes'], { cwd });
  assert.equal(status, 0, stderr);
  assert.equal(notes().length, 5);
  assert.ok(!notes().includes(`target_for_${sourceId}_by_7.json`));
});
