import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Libsql from 'libsql';
import { jobOptions, openTestJob, withJob, withLedger } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ID = '0123456789abcdef0123456789abcdef';
const NAME = '-1001234_to_-1005678';

/** A job's folder as TelePi wrote it before it had a ledger. */
function folderWithoutLedger(dataDir: string, more: object = {}): string {
  const folder = join(dataDir, NAME);
  mkdirSync(folder, { recursive: true });
  const job = {
    created: '2026-11-20T10:00:00.000Z',
    id: ID,
    sourceId: -1001234,
    targetId: -1005678,
    version: 1,
  };
  writeFileSync(join(folder, 'job.json'), `${JSON.stringify({ ...job, ...more })}\n`);
  writeFileSync(join(folder, 'checkpoint.txt'), '4711\n');
  writeFileSync(join(folder, 'topic_map.json'), '{"5":50}\n');
  return folder;
}

describe('a job from before the ledger', () => {
  it('continues under its id, from its checkpoint and topics', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const folder = folderWithoutLedger(options.dataDir);
    const before = readFileSync(join(folder, 'job.json'), 'utf8');
    await withJob(options, async (job) => {
      assert.equal(job.id, ID);
      assert.equal(job.checkpoint, 4711);
      assert.deepEqual([...job.topicMap], [[5, 50]]);
      assert.deepEqual(
        job.notes.map(({ event }) => event),
        ['ledger_lost'],
      );
      await job.saveCheckpoint(4712);
    });
    assert.equal(readFileSync(join(folder, 'job.json'), 'utf8'), before);
    await withJob(options, async (job) => assert.deepEqual([job.id, job.checkpoint], [ID, 4712]));
    await withLedger(options.dataDir, async ({ db }) => {
      const kinds = await db.selectFrom('ledger_actions').select('kind').orderBy('seq').execute();
      assert.equal(kinds[0]?.kind, 'taken_up');
    });
  });

  it('is not restored for another account, if the file names its account', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    folderWithoutLedger(options.dataDir, { account: 42 });
    await assert.rejects(
      withJob(options, async () => {}),
      { code: 'OTHER_ACCOUNT' },
    );
    await withJob({ ...options, accountId: 42 }, async (job) => assert.equal(job.id, ID));
  });

  it('with nothing but a checkpoint.txt that a person has put there is a new one that starts there', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    mkdirSync(join(options.dataDir, NAME), { recursive: true });
    writeFileSync(join(options.dataDir, NAME, 'checkpoint.txt'), '12');
    await withJob(options, async (job) => assert.equal(job.checkpoint, 12));
  });
});

describe('a job', () => {
  it('whose ledger is lost continues from its folder, with the same id', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.saveTopic(3, 30);
    await job.saveCheckpoint(12);
    await job.close();
    const { dataDir: other } = jobOptions(temporaryFolder(t), { sourceId: -1009 });
    await withJob(jobOptions(other, { sourceId: -1009 }), async () => {});
    const losses: Readonly<Record<string, (path: string) => void>> = {
      'was missing': () => {},
      'was empty': (path) => writeFileSync(path, ''),
      'has nothing of this job': (path) => copyFileSync(join(other, 'ledger.db'), path),
    };
    for (const [state, lose] of Object.entries(losses)) {
      const there = { ...options, dataDir: temporaryFolder(t) };
      cpSync(job.path, join(there.dataDir, NAME), { recursive: true });
      lose(join(there.dataDir, 'ledger.db'));
      await withJob(there, async (again) => {
        assert.deepEqual([again.id, again.checkpoint, [...again.topicMap]], [job.id, 12, [[3, 30]]]);
        const [note] = again.notes;
        assert.equal(again.notes.length, 1);
        assert.match(
          note?.sentence ?? '',
          new RegExp(`ledger\\.db ${state}: .* after source message 12\\. .*replies`),
        );
      });
      await withJob(there, async ({ notes }) => assert.deepEqual(notes, [], 'once'));
    }
  });

  it("is refused if ledger.db is another program's database, which stays as it is", async (t) => {
    for (const sql of ['create table accounts (name text)', 'pragma application_id = 252006673']) {
      const options = jobOptions(temporaryFolder(t));
      const path = join(options.dataDir, 'ledger.db');
      const database = new Libsql(path);
      database.exec(sql);
      database.close();
      const before = readFileSync(path);
      await assert.rejects(
        withJob(options, async () => {}),
        {
          code: 'LEDGER_FOREIGN',
          exitStatus: 2,
          message:
            /ledger\.db is a database of another program\. TelePi leaves it alone: choose another --data-dir\.$/,
        },
      );
      assert.deepEqual(readFileSync(path), before);
    }
  });

  it('whose job.json is lost gets it back', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.close();
    rmSync(join(job.path, 'job.json'));
    await withJob(options, async (again) => assert.equal(again.id, job.id));
    assert.equal(JSON.parse(readFileSync(join(job.path, 'job.json'), 'utf8')).id, job.id);
  });

  it('of another account is refused, with the ways out; --restart belongs to that account alone', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.close();
    const other = { ...options, accountId: 778 };
    await assert.rejects(
      withJob(other, async () => {}),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'OTHER_ACCOUNT');
        assert.match(error.message, /begun by the account 777, and 778 is signed in/);
        return true;
      },
    );
    await withJob({ ...other, restart: true }, async (again) => assert.notEqual(again.id, job.id));
    await withJob(other, async () => {});
    await assert.rejects(
      withJob(options, async () => {}),
      { code: 'OTHER_ACCOUNT' },
    );
  });

  it('is refused a folder that belongs to another data directory', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.close();
    const { job: foreign } = await openTestJob(t);
    await foreign.close();
    renameSync(job.path, `${job.path}.old`);
    renameSync(foreign.path, job.path);
    await assert.rejects(
      withJob(options, async () => {}),
      { code: 'STATE_DAMAGED' },
    );
  });

  it('that was moved to another machine continues there, and the journal names both', async (t) => {
    const { job, options } = await openTestJob(t, { host: 'old' });
    await job.saveCheckpoint(5);
    await job.close();
    const moved = join(temporaryFolder(t), 'data');
    renameSync(options.dataDir, moved);
    t.after(() => mkdirSync(options.dataDir, { recursive: true }));
    const there = { ...options, dataDir: moved, host: 'new' };
    await withJob(there, async (again) => assert.deepEqual([again.id, again.checkpoint], [job.id, 5]));
    await withLedger(moved, async ({ db }) => {
      const rows = await db.selectFrom('ledger_actions').select(['kind', 'host']).orderBy('seq').execute();
      assert.deepEqual(
        rows.map(({ kind, host }) => `${kind} ${host}`),
        ['created old', 'run_started old', 'run_ended old', 'run_started new', 'run_ended new'],
      );
    });
  });
});

describe('--restart', () => {
  it('that was interrupted between ledger and files is finished by the next run, and keeps the old files', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.saveTopic(3, 30);
    await job.saveCheckpoint(500);
    await job.close();
    const files = ['job.json', 'checkpoint.txt', 'topic_map.json'];
    const old = new Map(files.map((name) => [name, readFileSync(join(job.path, name), 'utf8')]));
    const restarted = await withJob({ ...options, restart: true }, async ({ id }) => id);
    for (const [name, text] of old) writeFileSync(join(job.path, name), text);
    await withLedger(options.dataDir, ({ db }) =>
      db.updateTable('ledger_jobs').set({ files_due: 1 }).where('job_id', '=', restarted).execute(),
    );
    await withJob(options, async (again) => {
      assert.deepEqual([again.id, again.checkpoint, again.topicMap.size], [restarted, 0, 0]);
    });
    for (const [name, text] of old) {
      assert.equal(readFileSync(join(job.path, `${name}.before-restart`), 'utf8'), text);
    }
    // Cut off again, with new files in place of some: those aren't kept as the old ones.
    await withLedger(options.dataDir, ({ db }) =>
      db.updateTable('ledger_jobs').set({ files_due: 1 }).where('job_id', '=', restarted).execute(),
    );
    writeFileSync(join(job.path, 'job.json'), old.get('job.json') ?? '');
    await withJob(options, async (again) => assert.equal(again.id, restarted));
    for (const [name, text] of old) {
      assert.equal(readFileSync(join(job.path, `${name}.before-restart`), 'utf8'), text);
    }
  });

  it('leaves the rows of the job before, and begins with none', async (t) => {
    const { job, options } = await openTestJob(t);
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.sent([{ sourceId: 1, targetId: 2 }]);
    await job.close();
    await withJob({ ...options, restart: true }, async (again) => {
      assert.deepEqual([...(await again.find([1]))], []);
      const [row] = await again.plan([{ sourceId: 1, randomId: 2n }]);
      assert.equal(row?.state, 'planned');
    });
    await withLedger(options.dataDir, async ({ db }) => {
      assert.equal((await db.selectFrom('ledger_messages').selectAll().execute()).length, 2);
    });
  });
});
