import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { repairParts } from '../../lib/transfer/transfer.js';
import { FakeClock } from '../support/fake-clock.js';
import { contentOf, FarSide, partLengths, ScriptedSource, ScriptedUploader } from '../support/far-side.js';

function stage(size: number, indices: readonly number[], lengths?: readonly number[]) {
  const far = new FarSide();
  const source = new ScriptedSource(far, { window: 2, ...(lengths && { lengths: () => lengths }) });
  const uploader = new ScriptedUploader(far);
  const budget = new ByteBudget(2 * PART_SIZE);
  const controller = new AbortController();
  const repairing = repairParts(
    {
      name: 'film.mkv',
      size,
      fileId: 7n,
      source,
      uploader,
      budget,
      signal: controller.signal,
      clock: new FakeClock(),
    },
    indices,
  );
  repairing.catch(() => {});
  const answer = async (error?: Error): Promise<void> => {
    await setImmediate();
    far.pending[0]?.answer(error);
    await setImmediate();
  };
  const assertNothingLeft = async (): Promise<void> => {
    await setImmediate();
    assert.equal(far.pending.length, 0);
    assert.equal(source.opened, 0);
    assert.equal(budget.heldBytes, 0);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  };
  return { far, uploader, controller, repairing, answer, assertNothingLeft };
}

test('the named parts are sent again, each once, with their own bytes, under the same file id', async () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 4 * PART_SIZE }),
    fc.constantFrom(BIG_FILE_SIZE - 1, BIG_FILE_SIZE),
  );
  const some = fc.subarray(
    Array.from({ length: 20 }, (_, index) => index),
    { minLength: 1 },
  );
  await fc.assert(
    fc.asyncProperty(size, some, async (size, drawn) => {
      const named = drawn.filter((index) => index < partCount(size));
      fc.pre(named.length > 0);
      const scene = stage(size, named.toReversed());
      for (let step = 0; step < 2 * named.length; step += 1) await scene.answer();
      await scene.repairing;
      assert.equal(scene.far.asked, 2 * named.length);
      assert.deepEqual(
        scene.uploader.taken.map(({ index }) => index),
        named,
      );
      for (const { index, bytes, fileId, total, big } of scene.uploader.taken) {
        assert.ok(bytes.equals(contentOf(index, partLengths(size)[index] ?? 0)));
        assert.deepEqual([fileId, total, big], [7n, partCount(size), size >= BIG_FILE_SIZE]);
      }
      await scene.assertNothingLeft();
    }),
    { numRuns: 50 },
  );
});

test('a failed answer or an abort ends the repair, and leaves nothing', async () => {
  for (const answered of [0, 1]) {
    const failing = stage(3 * PART_SIZE, [1]);
    const injected = new Error('bad');
    for (let step = 0; step < answered; step += 1) await failing.answer();
    await failing.answer(injected);
    const code = answered === 0 ? 'DOWNLOAD_FAILED' : 'UPLOAD_FAILED';
    await assert.rejects(failing.repairing, (error: Error & { code?: string }) => {
      assert.equal(error.cause, injected);
      assert.equal(error.code, code);
      return true;
    });
    await failing.assertNothingLeft();

    const aborted = stage(3 * PART_SIZE, [1]);
    for (let step = 0; step < answered; step += 1) await aborted.answer();
    await setImmediate();
    aborted.controller.abort(new Error('stop'));
    await assert.rejects(aborted.repairing, /stop/);
    await aborted.assertNothingLeft();
  }
});

test('a part of another length is not sent', async () => {
  for (const lengths of [[], [PART_SIZE - 1], [PART_SIZE + 1], [PART_SIZE - 1, 1]]) {
    const scene = stage(3 * PART_SIZE, [1], lengths);
    await scene.answer();
    await scene.answer();
    await assert.rejects(scene.repairing, (error: Error & { code?: string }) => {
      assert.match(String(error.code), /^(?:PART_)?SIZE_MISMATCH$/);
      return true;
    });
    assert.equal(scene.uploader.taken.length, 0);
    await scene.assertNothingLeft();
  }
});

test("an index that the file doesn't have, or one named twice, is refused before any request", async () => {
  for (const index of [-1, 3, 0.5, 0]) {
    const scene = stage(3 * PART_SIZE, [0, index]);
    await assert.rejects(scene.repairing, { code: 'BAD_TRANSFER' });
    assert.equal(scene.far.asked, 0);
  }
});
