import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { queueRepairs } from '../../lib/ledger/queue-repairs.js';
import { jobOptions, withJob } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a missing copy that is queued to be sent again', () => {
  it('goes under a new random_id, unless it failed in doubt: then its copy is looked for first', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const job = await withJob(options, async (open) => {
      await open.plan([1, 2].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
      await open.sending([1, 2], { afterId: 5 });
      await open.sent([{ sourceId: 1, targetId: 11 }]);
      await open.failed([{ sourceId: 2, reason: 'timeout', message: 'It got no answer.', inDoubt: true }]);
      return { jobId: open.id, path: open.path };
    });
    const send = [1, 2].map((sourceId) => ({ sourceId, repair: 'send' as const }));
    assert.equal(await queueRepairs(options, job, send), 2);
    await withJob(options, async (open) => {
      const [gone, doubtful] = await open.repairs.messages();
      assert.deepEqual([gone?.state, gone?.repair, gone?.afterId], ['failed', 'send', undefined]);
      assert.notEqual(gone?.randomId, 1n);
      assert.deepEqual(
        [doubtful?.state, doubtful?.repair, doubtful?.afterId, doubtful?.randomId],
        ['failed', 'send', 5, 2n],
      );
    });
  });

  it('as a part that continues another copy is treated in the same way', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const parts = [1, 2].map((part) => ({
      part,
      randomId: BigInt(100 + part),
      text: '{"text":"a","entities":[]}',
      textHash: 'a'.repeat(64),
    }));
    const job = await withJob(options, async (open) => {
      await open.plan([{ sourceId: 1, randomId: 1n }]);
      await open.sending([1], { texts: new Map([[1, { text: '', continuations: parts }]]) });
      await open.sent([{ sourceId: 1, targetId: 11 }]);
      await open.continuing({ sourceId: 1, part: 1 }, 11);
      await open.continued({ sourceId: 1, part: 1 }, 12);
      await open.continuing({ sourceId: 1, part: 2 }, 12);
      await open.continuationFailed({ sourceId: 1, part: 2 }, 'timeout', 'It got no answer.');
      return { jobId: open.id, path: open.path };
    });
    const send = [1, 2].map((part) => ({ sourceId: 1, part, repair: 'send' as const }));
    assert.equal(await queueRepairs(options, job, send), 2);
    await withJob(options, async (open) => {
      const [gone, doubtful] = await open.owedContinuations();
      assert.deepEqual([gone?.state, gone?.targetId, gone?.afterId], ['planned', undefined, undefined]);
      assert.notEqual(gone?.randomId, 101n);
      assert.deepEqual([doubtful?.state, doubtful?.afterId, doubtful?.randomId], ['sending', 12, 102n]);
    });
  });
});
