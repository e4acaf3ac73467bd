import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PartSet } from '../../lib/base/part-set.js';
import type { FilePlan, FileRow, Job } from '../../lib/ledger/job.js';
import { FakeClock } from '../support/fake-clock.js';
import { openTestJob, withJob } from '../support/ledger-scene.js';

const FILE = { sourceId: 1, role: 'file', size: 5_000_000_000, parts: 9537 } as const;

async function planned(job: Job, more: Partial<FilePlan> = {}): Promise<FileRow> {
  await job.plan([{ sourceId: 1, randomId: 1n }]);
  return job.planFile({ ...FILE, fileId: -(2n ** 63n), ...more });
}

describe('the files of a job', () => {
  it('keep file_id and parts over a restart', async (t) => {
    const clock = new FakeClock();
    const { job, options } = await openTestJob(t, { clock });
    assert.equal((await planned(job)).acknowledged.size, 0);
    const first = clock.now();
    await job.acknowledged(new Map([[-(2n ** 63n), [0, 9536]]]));
    await clock.advance(60_000);
    await job.acknowledged(new Map([[-(2n ** 63n), PartSet.of(FILE.parts, [1, 2])]]));
    await job.close();
    await withJob(options, async (again) => {
      const row = await planned(again, { fileId: 7n });
      assert.equal(row.fileId, -(2n ** 63n));
      assert.deepEqual([...row.acknowledged], [0, 1, 2, 9536]);
      assert.equal(row.firstPartAt, first);
      assert.equal(row.acknowledged.total, FILE.parts);
    });
  });

  it('lose the parts that the server has dropped', async (t) => {
    const { job } = await openTestJob(t);
    const { fileId } = await planned(job);
    await job.acknowledged(new Map([[fileId, [3, 4, 5]]]));
    await job.forgetParts(fileId, [4]);
    assert.deepEqual([...(await planned(job)).acknowledged], [3, 5]);
    await job.forgetParts(fileId);
    const row = await planned(job);
    assert.deepEqual([row.acknowledged.size, row.firstPartAt], [0, undefined]);
  });

  it('start over under a new file_id, on request or when the size differs', async (t) => {
    const { job } = await openTestJob(t);
    const { fileId } = await planned(job);
    await job.acknowledged(new Map([[fileId, [3]]]));
    const again = await job.restartFile(1, 'file', 9n);
    assert.deepEqual([again.fileId, again.acknowledged.size, again.acknowledged.total], [9n, 0, FILE.parts]);
    await job.acknowledged(new Map([[9n, [3]]]));
    const edited = await planned(job, { fileId: 10n, size: 600_000, parts: 2 });
    assert.deepEqual([edited.fileId, edited.acknowledged.size, edited.acknowledged.total], [10n, 0, 2]);
    await assert.rejects(job.acknowledged(new Map([[9n, [1]]])), { code: 'LEDGER_STATE' });
    await assert.rejects(job.acknowledged(new Map([[10n, [2]]])), RangeError);
  });

  it("are turned into the server's own file, which is kept until they are used again or start over", async (t) => {
    const { job, options } = await openTestJob(t);
    const { fileId } = await planned(job);
    const made = {
      kind: 'document',
      id: -(2n ** 63n),
      accessHash: 2n ** 63n - 1n,
      fileReference: Buffer.of(0, 255, 1, 0),
    } as const;
    await job.usingFiles([fileId]);
    assert.equal(typeof (await planned(job)).usedAt, 'number');
    await job.madeFile(fileId, made);
    await job.close();
    await withJob(options, async (again) => {
      assert.deepEqual((await planned(again)).made, made);
      await again.usingFiles([fileId]);
      const { made: gone, usedAt } = await planned(again);
      assert.deepEqual([gone, typeof usedAt], [undefined, 'number']);
      await again.madeFile(fileId, made);
      await again.restartFile(1, 'file', 9n);
      const fresh = await planned(again);
      assert.deepEqual([fresh.made, fresh.usedAt], [undefined, undefined]);
      await assert.rejects(again.usingFiles([fileId]), { code: 'LEDGER_STATE' });
      await assert.rejects(again.madeFile(fileId, made), { code: 'LEDGER_STATE' });
    });
  });

  it('are planned several at a time, and known ones are left alone', async (t) => {
    const { job } = await openTestJob(t);
    await planned(job);
    await job.acknowledged(new Map([[-(2n ** 63n), [1]]]));
    const small = { sourceId: 1, size: 900, parts: 1 } as const;
    await job.planFiles([
      { ...small, role: 'file', fileId: 8n },
      { ...small, role: 'thumbnail', fileId: 9n },
    ]);
    await job.planFiles([]);
    assert.deepEqual([...(await planned(job)).acknowledged], [1], 'one that began goes on');
    assert.equal((await job.planFile({ ...small, role: 'thumbnail', fileId: 10n })).fileId, 9n);
  });

  it('record parts of several files at once, either all or none', async (t) => {
    const { job } = await openTestJob(t);
    const { fileId } = await planned(job);
    const both = new Map([
      [fileId, [1]],
      [77n, [2]],
    ]);
    await assert.rejects(job.acknowledged(both), { code: 'LEDGER_STATE' });
    assert.equal((await planned(job)).acknowledged.size, 0);
  });

  it('and their thumbnails count as two uploads', async (t) => {
    const { job } = await openTestJob(t);
    await planned(job);
    const thumbnail = await job.planFile({
      sourceId: 1,
      role: 'thumbnail',
      fileId: 2n,
      size: 100,
      parts: 1,
    });
    assert.equal(thumbnail.fileId, 2n);
    await job.acknowledged(new Map([[2n, [0]]]));
    assert.equal((await planned(job)).acknowledged.size, 0);
  });

  it('belong to a planned message', async (t) => {
    const { job } = await openTestJob(t);
    await assert.rejects(job.planFile({ ...FILE, sourceId: 99, fileId: 1n }), { code: 'LEDGER_FAILED' });
    await assert.rejects(job.restartFile(99, 'file', 1n), { code: 'LEDGER_STATE' });
  });

  it('accept any batches of parts', async (t) => {
    const { job } = await openTestJob(t);
    let fileId = 100n;
    const parts = fc.array(fc.array(fc.integer({ min: 0, max: 20 })), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(parts, async (batches) => {
        fileId += 1n;
        await job.plan([{ sourceId: 1, randomId: 1n }]);
        await job.planFile({ ...FILE, fileId, parts: 21 });
        await job.restartFile(1, 'file', fileId);
        for (const batch of batches) await job.acknowledged(new Map([[fileId, batch]]));
        const row = await job.planFile({ ...FILE, fileId, parts: 21 });
        assert.deepEqual(
          [...row.acknowledged],
          [...new Set(batches.flat())].sort((a, b) => a - b),
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('the topics of a job', () => {
  it('are planned with one random_id, and known once they exist', async (t) => {
    const { job, options } = await openTestJob(t);
    const asked: number[] = [];
    const randomIdOf = (generation: number): bigint => {
      asked.push(generation);
      return -5n;
    };
    assert.deepEqual(await job.planTopic(3, randomIdOf), { sourceTopicId: 3, generation: 0, randomId: -5n });
    await job.close();
    await withJob(options, async (again) => {
      assert.equal((await again.planTopic(3, randomIdOf)).randomId, -5n);
      assert.equal(again.topicMap.size, 0);
      await again.saveTopic(3, 30);
      assert.equal(again.topicMap.get(3), 30);
      assert.equal((await again.planTopic(3, randomIdOf)).targetTopicId, 30);
    });
    assert.deepEqual(asked, [0]);
  });
});
