import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Job } from '../../lib/ledger/job.js';
import type { JobOptions } from '../../lib/ledger/job-scene.js';
import { openTestJob, withJob, withLedger } from '../support/ledger-scene.js';

/** The progress of the job in most tests: up to 6 final, 7 in doubt, 8 planned. */
const DONE = ['1 sent', '2 skipped poll', '3 failed x', '4 skipped already_sent', '5 sent', '6 skipped poll'];

async function doneJob(t: Pick<TestContext, 'after'>): Promise<{ options: JobOptions; path: string }> {
  const { job, options } = await openTestJob(t);
  await job.plan([1, 2, 3, 4, 5, 6, 7, 8].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
  await job.sent([1, 5].map((sourceId) => ({ sourceId, targetId: sourceId * 10 })));
  await job.skipped([
    { sourceId: 2, reason: 'poll' },
    { sourceId: 4, reason: 'already_sent' },
    { sourceId: 6, reason: 'poll' },
  ]);
  await job.failed([{ sourceId: 3, reason: 'x', message: 'y' }]);
  await job.sending([7]);
  await job.saveCheckpoint(6);
  await job.close();
  return { options, path: job.path };
}

async function statesOf(job: Job, ids = [1, 2, 3, 4, 5, 6, 7, 8]): Promise<string[]> {
  const rows = await job.find(ids);
  return [...rows.values()].map(({ sourceId, state, reason }) =>
    [sourceId, state, ...(reason === undefined ? [] : [reason])].join(' '),
  );
}

const checkpointOf = (path: string): string => readFileSync(join(path, 'checkpoint.txt'), 'utf8');
const events = (job: Job): string[] => job.notes.map(({ event }) => event);

describe('checkpoint.txt against the ledger', () => {
  it('if they agree, nothing is reported and nothing changes', async (t) => {
    const { options } = await doneJob(t);
    await withJob(options, async (job) => {
      assert.deepEqual(events(job), []);
      assert.deepEqual(await statesOf(job), [...DONE, '7 sending', '8 planned']);
    });
  });

  it('if it was deleted, it is written again and nothing else changes', async (t) => {
    const { options, path } = await doneJob(t);
    rmSync(join(path, 'checkpoint.txt'));
    await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 6);
      assert.deepEqual(events(job), ['checkpoint_restored']);
      assert.deepEqual(await statesOf(job), [...DONE, '7 sending', '8 planned']);
    });
    assert.equal(checkpointOf(path), '6\n');
  });

  it('if it was edited back, sent messages stay sent and the ones behind it are decided again', async (t) => {
    const { options, path } = await doneJob(t);
    writeFileSync(join(path, 'checkpoint.txt'), '2');
    await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 2);
      assert.deepEqual(events(job), ['checkpoint_back']);
      assert.match(job.notes[0]?.sentence ?? '', /says 2, the ledger 6: .*sent messages stay sent\.$/);
      assert.deepEqual(await statesOf(job), [
        '1 sent',
        '2 skipped poll',
        '3 planned',
        '4 skipped already_sent',
        '5 sent',
        '6 planned',
        '7 sending',
        '8 planned',
      ]);
      const [row] = await job.plan([{ sourceId: 3, randomId: 99n }]);
      assert.equal(row?.randomId, 3n, 'with the random_id that it had');
      await assert.rejects(job.sending([5]), { code: 'LEDGER_STATE' });
    });
    await withJob(options, async (job) => assert.deepEqual([job.checkpoint, events(job)], [2, []]));
  });

  it('if the run was killed before it wrote the file, it is written again, and nothing is decided again', async (t) => {
    const { options, path } = await doneJob(t);
    await withLedger(options.dataDir, async ({ db }) => {
      await db.updateTable('ledger_jobs').set({ checkpoint_before: 2 }).execute();
    });
    writeFileSync(join(path, 'checkpoint.txt'), '2');
    await withJob(options, async (job) => {
      assert.deepEqual([job.checkpoint, events(job)], [6, []]);
      assert.deepEqual(await statesOf(job), [...DONE, '7 sending', '8 planned']);
    });
    assert.equal(checkpointOf(path), '6\n');
    writeFileSync(join(path, 'checkpoint.txt'), '2');
    await withJob(options, async (job) => assert.deepEqual(events(job), ['checkpoint_back'], 'by a person'));
  });

  it('if it was edited forward, unfinished messages are left out, and sends in doubt are still looked for', async (t) => {
    const { options, path } = await doneJob(t);
    writeFileSync(join(path, 'checkpoint.txt'), '8');
    await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 8);
      assert.deepEqual(events(job), ['checkpoint_forward']);
      assert.deepEqual(await statesOf(job), [...DONE, '7 sending checkpoint', '8 skipped checkpoint']);
      const [doubt] = await job.unsettled();
      assert.equal(doubt?.reason, 'checkpoint');
    });
    writeFileSync(join(path, 'checkpoint.txt'), '7');
    await withJob(options, async (job) => {
      assert.deepEqual((await statesOf(job)).at(-1), '8 planned', 'edited back again, it is wanted again');
    });
  });

  it('if it is not a number, the run stops and nothing changes', async (t) => {
    const { options, path } = await doneJob(t);
    writeFileSync(join(path, 'checkpoint.txt'), '3 or 4');
    await assert.rejects(
      withJob(options, async () => {}),
      { code: 'STATE_DAMAGED' },
    );
    writeFileSync(join(path, 'checkpoint.txt'), '6');
    await withJob(options, async (job) => {
      assert.deepEqual(await statesOf(job), [...DONE, '7 sending', '8 planned']);
    });
  });

  it('if it comes from the Python script, the job starts there, and no edit moves it before that', async (t) => {
    const { job: other, options: base } = await openTestJob(t);
    await other.close();
    const options = { ...base, targetId: -100777, legacyDir: base.dataDir };
    writeFileSync(join(base.dataDir, 'checkpoint.txt'), '321');
    const path = await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 321);
      await job.plan([{ sourceId: 322, randomId: 1n }]);
      await job.skipped([{ sourceId: 322, reason: 'poll' }]);
      await job.saveCheckpoint(322);
      return job.path;
    });
    writeFileSync(join(path, 'checkpoint.txt'), '5');
    await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 321);
      assert.deepEqual(events(job), ['checkpoint_before_ledger', 'checkpoint_back']);
      assert.deepEqual(await statesOf(job, [322]), ['322 planned']);
      await job.saveCheckpoint(330);
    });
    assert.equal(checkpointOf(path), '330\n');
    rmSync(join(path, 'checkpoint.txt'));
    await withJob(options, async (job) => {
      assert.equal(job.checkpoint, 330, "a job that has begun doesn't read the script's files again");
      assert.deepEqual(job.legacyFiles, []);
    });
  });

  it('whatever is written into it, sent messages stay sent and the job continues from the number', async (t) => {
    const { options, path } = await doneJob(t);
    const edit = fc.option(fc.integer({ min: 0, max: 10 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        for (const number of edits) {
          const before = Number(existsSync(join(path, 'checkpoint.txt')) ? checkpointOf(path) : 0);
          if (number === null) rmSync(join(path, 'checkpoint.txt'));
          else writeFileSync(join(path, 'checkpoint.txt'), String(number));
          await withJob(options, async (job) => {
            assert.equal(job.checkpoint, number ?? before);
            const states = await statesOf(job);
            const doubt = job.checkpoint < 7 ? '7 sending' : '7 sending checkpoint';
            for (const fixed of ['1 sent', '4 skipped already_sent', '5 sent', doubt]) {
              assert.ok(states.includes(fixed), fixed);
            }
            if (job.checkpoint === 0) await job.saveCheckpoint(1);
          });
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('topic_map.json against the ledger', () => {
  async function topicJob(t: Pick<TestContext, 'after'>): Promise<{ options: JobOptions; path: string }> {
    const { job, options } = await openTestJob(t);
    for (const topic of [3, 4]) {
      await job.planTopic(topic, () => BigInt(topic));
      await job.saveTopic(topic, topic * 10);
    }
    await job.close();
    return { options, path: join(job.path, 'topic_map.json') };
  }

  it('if it was deleted, it is written again', async (t) => {
    const { options, path } = await topicJob(t);
    rmSync(path);
    await withJob(options, async (job) => {
      assert.deepEqual(
        [...job.topicMap],
        [
          [3, 30],
          [4, 40],
        ],
      );
      assert.deepEqual(events(job), ['topics_restored']);
    });
    assert.equal(readFileSync(path, 'utf8'), '{"3":30,"4":40}\n');
  });

  it('if entries were added, changed or removed, the edited map counts from then on', async (t) => {
    const { options, path } = await topicJob(t);
    writeFileSync(path, '{"3": 31, "9": 90}');
    await withJob(options, async (job) => {
      assert.deepEqual(
        [...job.topicMap],
        [
          [3, 31],
          [9, 90],
        ],
      );
      assert.deepEqual(events(job), ['topics_edited']);
      const again = await job.planTopic(4, (generation) => BigInt(1000 + generation));
      assert.deepEqual(again, { sourceTopicId: 4, generation: 1, randomId: 1001n });
      await job.saveTopic(4, 44);
    });
    await withJob(options, async (job) => {
      assert.deepEqual(events(job), []);
      assert.equal(job.topicMap.get(4), 44);
    });
  });

  it('if a crash left it ahead of the ledger, the ledger takes it over, and no topic is created twice', async (t) => {
    const { options, path } = await topicJob(t);
    await withJob(options, (job) => job.planTopic(5, () => 5n).then(() => undefined));
    writeFileSync(path, '{"3":30,"4":40,"5":50}\n');
    await withJob(options, async (job) => {
      assert.equal(job.topicMap.get(5), 50);
      assert.deepEqual(await job.planTopic(5, () => 6n), {
        sourceTopicId: 5,
        generation: 0,
        randomId: 5n,
        targetTopicId: 50,
      });
    });
  });

  it('if it comes from the Python script, its topics belong to the job', async (t) => {
    const { options: base } = await topicJob(t);
    const options = { ...base, targetId: -100777, legacyDir: base.dataDir };
    writeFileSync(join(base.dataDir, 'topic_map.json'), '{"7": 70}');
    await withJob(options, async (job) => {
      assert.deepEqual([...job.topicMap], [[7, 70]]);
      assert.equal((await job.planTopic(7, () => 1n)).targetTopicId, 70);
    });
  });
});

it('the ledger notes what the file says before each move, until the run ends', async (t) => {
  const { job, options } = await openTestJob(t);
  const before = () =>
    withLedger(options.dataDir, async ({ db }) => {
      return (await db.selectFrom('ledger_jobs').select('checkpoint_before').executeTakeFirstOrThrow())
        .checkpoint_before;
    });
  await job.saveCheckpoint(3);
  await job.saveCheckpoint(6);
  assert.equal(Number(await before()), 3);
  await job.close();
  assert.equal(await before(), null);
});

it('every edit that was found is noted in the journal', async (t) => {
  const { options, path } = await doneJob(t);
  const second = { ...options, host: 'second' };
  // On a server, an edit counts on the machine that has run the job last.
  await withJob(second, async () => {});
  writeFileSync(join(path, 'checkpoint.txt'), '2');
  await withJob(second, async () => {});
  await withLedger(options.dataDir, async ({ db }) => {
    const row = await db
      .selectFrom('ledger_actions')
      .selectAll()
      .where('kind', '=', 'checkpoint_back')
      .executeTakeFirstOrThrow();
    assert.equal(row.host, 'second');
    assert.deepEqual(JSON.parse(row.detail), { from: 6, to: 2 });
  });
});
