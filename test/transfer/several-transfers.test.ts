import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { transferFile } from '../../lib/transfer/transfer.js';
import { FakeClock } from '../support/fake-clock.js';
import { FarSide, ScriptedSource, ScriptedUploader } from '../support/far-side.js';

interface Load {
  readonly size: number;
  readonly slots: number;
  readonly window: number;
  /** Before which answer the transfer is aborted, if it is. */
  readonly abortAt: number | undefined;
}

const load: fc.Arbitrary<Load> = fc.record({
  size: fc.integer({ min: 1, max: 10 * PART_SIZE }),
  slots: fc.integer({ min: 1, max: 4 }),
  window: fc.integer({ min: 1, max: 6 }),
  abortAt: fc.option(fc.nat(40), { nil: undefined }),
});

function begin({ size, slots, window, abortAt }: Load, far: FarSide, budget: ByteBudget) {
  const uploader = new ScriptedUploader(far);
  const controller = new AbortController();
  const state = { uploader, controller, size, abortAt, end: 'under way' };
  transferFile({
    name: 'x',
    size,
    fileId: 1n,
    source: new ScriptedSource(far, { window }),
    uploader,
    budget,
    slots,
    signal: controller.signal,
    clock: new FakeClock(),
  }).then(
    () => {
      state.end = 'done';
    },
    () => {
      state.end = 'failed';
    },
  );
  return state;
}

test('several transfers over one budget never exceed it and never deadlock, though some are aborted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(load, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: PART_SIZE, max: 5 * PART_SIZE }),
      fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
      async (loads, budgetBytes, picks) => {
        const far = new FarSide();
        const budget = new ByteBudget(budgetBytes);
        const transfers = loads.map((each) => begin(each, far, budget));
        for (let step = 0; ; step += 1) {
          await setImmediate();
          for (const { abortAt, controller } of transfers) {
            if (abortAt === step) controller.abort(new Error('stop'));
          }
          await setImmediate();
          if (transfers.every(({ end }) => end !== 'under way')) break;
          const request = far.pending[(picks[step % picks.length] ?? 0) % far.pending.length];
          if (!request) assert.fail(`deadlock at ${budget.heldBytes} of ${budgetBytes} bytes`);
          request.answer();
        }
        for (const { end, abortAt, size, uploader, controller } of transfers) {
          if (abortAt === undefined) assert.equal(end, 'done');
          if (end === 'done') assert.equal(uploader.acknowledged.size, partCount(size));
          assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
        }
        assert.ok(budget.peakBytes <= budgetBytes);
        assert.equal(budget.heldBytes, 0);
        assert.equal(budget.waiting, 0);
        assert.equal(far.pending.length, 0);
      },
    ),
    { numRuns: 150 },
  );
});
