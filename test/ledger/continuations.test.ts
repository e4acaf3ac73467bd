import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Continuation } from '../../lib/ledger/job.js';
import { jobOptions, openTestJob, withJob, withLedger } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const HASH = 'a'.repeat(64);

function parts(...texts: readonly string[]): Continuation[] {
  return texts.map((text, index) => ({
    part: index + 1,
    randomId: BigInt(index + 100),
    text,
    textHash: HASH,
  }));
}

describe('the text that is sent in place of the source', () => {
  it('is kept from before the send on', async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.sending([1], { texts: new Map([[1, { text: '{"text":"a"}', continuations: [] }]]) });
    assert.equal((await job.unsettled())[0]?.sentText, '{"text":"a"}');
    await job.sent([{ sourceId: 1, targetId: 11 }]);
    assert.equal((await job.find([1])).get(1)?.sentText, '{"text":"a"}');
  });

  it('is the one of the latest attempt', async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.sending([1], { texts: new Map([[1, { text: 'one', continuations: parts('a', 'b') }]]) });
    await job.sending([1]);
    assert.equal((await job.find([1])).get(1)?.sentText, '');
    assert.deepEqual(await job.continuationsOf(1), []);
  });
});

describe('messages that continue a copy', () => {
  it('are owed once the copy is there, until each has its own message', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    await withJob(options, async (job) => {
      await job.plan([
        { sourceId: 1, randomId: 1n },
        { sourceId: 2, randomId: 2n },
      ]);
      const text = { text: '', continuations: parts('a', 'b') };
      await job.sending([1, 2], {
        texts: new Map([1, 2].map((id) => [id, text])),
      });
      assert.deepEqual(await job.owedContinuations(), []);
      await job.sent([{ sourceId: 1, targetId: 11 }]);
      await job.continuing({ sourceId: 1, part: 1 }, 11);
    });
    await withJob(options, async (job) => {
      const planned = { sourceId: 1, textHash: HASH };
      assert.deepEqual(await job.owedContinuations(), [
        { ...planned, part: 1, state: 'sending', randomId: 100n, text: 'a', afterId: 11 },
        { ...planned, part: 2, state: 'planned', randomId: 101n, text: 'b' },
      ]);
      await job.continuing({ sourceId: 1, part: 1 }, 15);
      assert.equal(
        (await job.owedContinuations())[0]?.afterId,
        11,
        'the copy may come from the first attempt',
      );
      await job.continued({ sourceId: 1, part: 1 }, 12);
      await job.continuationFailed({ sourceId: 1, part: 2 }, 'reason', 'A sentence.');
      assert.deepEqual(await job.continuationsOf(1), [
        { ...planned, part: 1, state: 'sent', randomId: 100n, text: 'a', targetId: 12 },
        { ...planned, part: 2, state: 'failed', randomId: 101n, text: 'b' },
      ]);
      assert.equal(await job.lastTargetId(), 12);
      assert.deepEqual(
        (await job.owedContinuations()).map(({ part }) => part),
        [2],
      );
    });
  });

  it("are nobody else's copy", async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([
      { sourceId: 1, randomId: 1n },
      { sourceId: 2, randomId: 2n },
    ]);
    await job.sending([1], { texts: new Map([[1, { text: '', continuations: parts('a') }]]) });
    await job.sent([{ sourceId: 1, targetId: 11 }]);
    await job.continuing({ sourceId: 1, part: 1 }, 11);
    await job.continued({ sourceId: 1, part: 1 }, 12);
    await job.sending([2], { afterId: 11 });
    const claim = { sourceIds: [2], contents: [{ kind: 'text', textHash: HASH } as const], afterId: 11 };
    assert.equal(await job.claim({ ...claim, candidates: [[12]] }), 'none');
    assert.deepEqual(await job.unclaimed([11, 12, 13]), [13]);
    assert.deepEqual(await job.claim({ ...claim, candidates: [[12], [13]] }), [13]);
  });

  it('in doubt are rivals of messages that look like them', async (t) => {
    const dataDir = temporaryFolder(t);
    const claim = { sourceIds: [2], contents: [{ kind: 'text', textHash: HASH } as const], afterId: 5 };
    await withJob(jobOptions(dataDir), async (job) => {
      await job.plan([{ sourceId: 1, randomId: 1n }]);
      await job.sending([1], { texts: new Map([[1, { text: '', continuations: parts('a') }]]) });
      await job.sent([{ sourceId: 1, targetId: 11 }]);
      await job.continuing({ sourceId: 1, part: 1 }, 11);
    });
    await withJob(jobOptions(dataDir, { sourceId: -1009999 }), async (job) => {
      await job.plan([{ sourceId: 2, randomId: 2n }]);
      await job.sending([2], { afterId: 5 });
      assert.equal(await job.claim({ ...claim, candidates: [[12]] }), 'unclear');
      assert.deepEqual(await job.claim({ ...claim, candidates: [[12], [13]] }), [12]);
    });
  });

  it('move with the chats that become supergroups, and keep their place', async (t) => {
    const options = jobOptions(temporaryFolder(t), { sourceId: -12, targetId: -34 });
    await withJob(options, async (job) => {
      await job.plan([{ sourceId: 1, randomId: 1n }]);
      await job.sending([1], { texts: new Map([[1, { text: '', continuations: parts('a', 'b') }]]) });
      await job.sent([{ sourceId: 1, targetId: 11 }]);
      await job.continuing({ sourceId: 1, part: 1 }, 11);
      await job.continued({ sourceId: 1, part: 1 }, 12);
      await job.continuing({ sourceId: 1, part: 2 }, 12);
    });
    const upgraded = {
      sourceId: -1000012,
      targetId: -1000034,
      formerSourceId: -12,
      formerTargetId: -34,
      olderHistory: true,
    };
    await withJob({ ...options, ...upgraded }, async (job) => {
      const [owed, ...others] = await job.owedContinuations();
      assert.equal(others.length, 0);
      assert.ok(owed && owed.sourceId < 0 && (owed.afterId ?? 0) < 0);
      const [first] = await job.continuationsOf(owed.sourceId);
      assert.ok((first?.targetId ?? 0) < 0);
    });
    await withLedger(options.dataDir, async ({ db }) => {
      const rows = await db.selectFrom('ledger_continuations').select('part').execute();
      assert.equal(rows.length, 2);
    });
  });
});
