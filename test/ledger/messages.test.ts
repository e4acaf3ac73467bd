import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FakeClock } from '../support/fake-clock.js';
import { jobOptions, openTestJob, withJob, withLedger } from '../support/ledger-scene.js';

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

describe('the messages of a job', () => {
  it('keep their 64-bit ids to the last digit, over a restart', async (t) => {
    const { job, options } = await openTestJob(t);
    const messages = [LEAST, MOST, -1n, 1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n].map((id, index) => ({
      sourceId: index + 1,
      randomId: id,
      groupedId: -id - 1n,
    }));
    await job.plan(messages);
    await job.close();
    await withJob(options, async (again) => {
      const rows = await again.plan(messages.map(({ sourceId }) => ({ sourceId, randomId: 5n })));
      assert.deepEqual(
        rows,
        messages.map((message) => ({ ...message, state: 'planned', attempts: 0 })),
      );
    });
  });

  it('are planned once: existing rows are returned as they are, in the order requested', async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([{ sourceId: 5, randomId: 50n }]);
    await job.sending([5]);
    await job.sent([{ sourceId: 5, targetId: 500 }]);
    const rows = await job.plan([7, 5, 6].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
    assert.deepEqual(rows, [
      { sourceId: 7, state: 'planned', randomId: 7n, attempts: 0 },
      { sourceId: 5, state: 'sent', randomId: 50n, targetId: 500, attempts: 1, sentText: '' },
      { sourceId: 6, state: 'planned', randomId: 6n, attempts: 0 },
    ]);
    assert.deepEqual(await job.plan([]), []);
    assert.deepEqual([...(await job.find([6, 8])).keys()], [6]);
  });

  it('are found, oldest first, when they are in doubt or have failed', async (t) => {
    const { job } = await openTestJob(t);
    const ids = [40, 10, 30, 20];
    await job.plan(ids.map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
    await job.sending([40, 20, 10]);
    await job.failed([{ sourceId: 30, reason: 'media_empty', message: 'It has no media.' }]);
    await job.sent([{ sourceId: 20, targetId: 2 }]);
    assert.deepEqual(
      (await job.unsettled()).map(({ sourceId }) => sourceId),
      [10, 40],
    );
    const [failure] = await job.failures();
    assert.equal(failure?.reason, 'media_empty');
    assert.equal(failure?.detail, 'It has no media.');
  });

  it('are never begun again, left out, or sent as something else once they are sent', async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([1, 2].map((sourceId) => ({ sourceId, randomId: 1n })));
    await job.sent([{ sourceId: 1, targetId: 11 }]);
    await job.sent([{ sourceId: 1, targetId: 11 }]);
    const refusals = [
      () => job.sending([2, 1]),
      () => job.skipped([{ sourceId: 1, reason: 'poll' }]),
      () => job.failed([{ sourceId: 1, reason: 'x', message: 'x' }]),
      () => job.sent([{ sourceId: 1, targetId: 12 }]),
      () => job.sending([3]),
    ];
    for (const refusal of refusals) await assert.rejects(refusal, { code: 'LEDGER_STATE', exitStatus: 1 });
    const [first, second] = await job.plan([1, 2].map((sourceId) => ({ sourceId, randomId: 1n })));
    assert.deepEqual([first?.state, first?.targetId], ['sent', 11]);
    assert.deepEqual([second?.state, second?.attempts], ['planned', 0], 'a refused call changes nothing');
  });

  it('are never begun when skipped, but may be tried again when failed, and then lose their reason', async (t) => {
    const { job } = await openTestJob(t);
    await job.plan([1, 2].map((sourceId) => ({ sourceId, randomId: 1n })));
    await job.skipped([{ sourceId: 1, reason: 'poll' }]);
    await assert.rejects(job.sending([1]), { code: 'LEDGER_STATE' });
    await job.failed([{ sourceId: 2, reason: 'r'.repeat(500), message: '🙂'.repeat(2000) }]);
    const [failure] = await job.failures();
    assert.equal(failure?.reason?.length, 128);
    assert.ok(/^(🙂)+$/u.test(failure?.detail ?? ''), 'cut between two characters');
    await job.sending([2]);
    assert.deepEqual(await job.unsettled(), [
      { sourceId: 2, state: 'sending', randomId: 1n, attempts: 1, sentText: '' },
    ]);
  });

  it('are recorded as failed without the secrets that their reasons repeat', async (t) => {
    const withoutSecrets = (text: string): string => text.replaceAll('s3cret', '[hidden]');
    const { job } = await openTestJob(t, { withoutSecrets });
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.failed([{ sourceId: 1, reason: 'bad_s3cret', message: 'Telegram says s3cret, s3cret.' }]);
    const [failure] = await job.failures();
    assert.equal(failure?.reason, 'bad_[hidden]');
    assert.equal(failure?.detail, 'Telegram says [hidden], [hidden].');
  });

  it('belong to an account and a job: the same ids in another job are different messages', async (t) => {
    const { job, options } = await openTestJob(t);
    await withJob({ ...options, targetId: -100999 }, async (other) => {
      await job.plan([{ sourceId: 1, randomId: 1n }]);
      await other.plan([{ sourceId: 1, randomId: 2n }]);
      await other.sending([1]);
      assert.deepEqual(await job.unsettled(), []);
      assert.deepEqual(
        (await other.unsettled()).map(({ randomId }) => randomId),
        [2n],
      );
    });
  });

  it('carry host and times', async (t) => {
    const clock = new FakeClock();
    const { job, options } = await openTestJob(t, { clock, host: 'one' });
    const planned = clock.now();
    await job.plan([{ sourceId: 1, randomId: 1n }]);
    await job.close();
    await clock.advance(1000);
    await withJob({ ...options, host: 'two' }, async (again) => {
      await again.sending([1]);
      await clock.advance(500);
      await again.sent([{ sourceId: 1, targetId: 1 }]);
    });
    await withLedger(options.dataDir, async ({ db }) => {
      const row = await db.selectFrom('ledger_messages').selectAll().executeTakeFirstOrThrow();
      assert.deepEqual([row.planned_at, row.sending_at, row.settled_at].map(Number), [
        planned,
        planned + 1000,
        planned + 1500,
      ]);
      assert.deepEqual([row.host, Number(row.account_id), row.job_id], ['two', 777, job.id]);
      const actions = await db.selectFrom('ledger_actions').selectAll().orderBy('seq').execute();
      assert.deepEqual(
        actions.map(({ kind, host }) => `${kind} ${host}`),
        ['created one', 'run_started one', 'run_ended one', 'run_started two', 'run_ended two'],
      );
    });
  });

  it('behave like a map in memory, whatever is called in whatever order', async (t) => {
    const { job } = await openTestJob(t);
    let base = 0;
    const id = fc.integer({ min: 1, max: 4 });
    const call = fc.record({ what: fc.constantFrom('plan', 'sending', 'sent', 'skipped', 'failed'), id });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
        base += 10;
        const states = new Map<number, string>();
        for (const { what, id: small } of calls) {
          const sourceId = base + small;
          const before = states.get(sourceId);
          const refused: Record<string, readonly (string | undefined)[]> = {
            plan: [],
            sending: [undefined, 'sent', 'skipped'],
            sent: [undefined],
            skipped: [undefined, 'sent'],
            failed: [undefined, 'sent', 'skipped'],
          };
          const work: Record<string, () => Promise<unknown>> = {
            plan: () => job.plan([{ sourceId, randomId: BigInt(sourceId) }]),
            sending: () => job.sending([sourceId]),
            sent: () => job.sent([{ sourceId, targetId: sourceId }]),
            skipped: () => job.skipped([{ sourceId, reason: 'poll' }]),
            failed: () => job.failed([{ sourceId, reason: 'x', message: 'y' }]),
          };
          const done = await work[what]?.().then(
            () => true,
            () => false,
          );
          assert.equal(done, !refused[what]?.includes(before), `${what} of a ${before} message`);
          if (done) states.set(sourceId, what === 'plan' ? (before ?? 'planned') : what);
        }
        const rows = await job.find([...states.keys()]);
        assert.deepEqual(
          new Map([...rows].map(([key, { state }]) => [key, state])),
          new Map([...states].sort(([a], [b]) => a - b)),
        );
      }),
      { numRuns: 40 },
    );
  });
});

it('survive when the same job is opened again and again in one process', async (t) => {
  const { job, options } = await openTestJob(t);
  await job.close();
  await job.close();
  for (let round = 0; round < 3; round += 1) await withJob(options, async () => {});
  assert.notEqual(jobOptions(options.dataDir).accountId, 0);
});
