import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BIG_FILE_SIZE, partCount } from '../../lib/base/bytes.js';
import type { TransferProgress } from '../../lib/transfer/transfer.js';
import { partLengths } from '../support/far-side.js';
import {
  assertNothingLeft,
  assertSentAsRead,
  FILE_ID,
  md5Of,
  missingOf,
  play,
  type Scenario,
  scenario,
  stage,
  unreadOf,
} from '../support/scripted-transfer.js';

test('for any size, earlier parts and order of answers, the missing parts are sent in order, once, exactly as read', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const scene = stage(drawn);
      const { file, error } = await play(scene, drawn.picks);
      assert.equal(error, undefined);
      const total = partCount(drawn.size);
      const big = drawn.size >= BIG_FILE_SIZE;
      assert.deepEqual(file, {
        fileId: FILE_ID,
        parts: total,
        name: 'film.mkv',
        big,
        ...(!big && { md5: md5Of(drawn.size) }),
      });
      assertSentAsRead(scene, drawn, total);
      assert.deepEqual(scene.source.read, unreadOf(drawn), 'read what is needed, and nothing else');
      const sent = [...scene.uploader.acknowledged];
      assert.deepEqual(scene.acknowledged, sent, 'each acknowledgement told when it came');
      assert.deepEqual(
        sent.sort((a, b) => a - b),
        missingOf(drawn),
        'every part acknowledged before the end',
      );
      await assertNothingLeft(scene, drawn.budgetBytes);
      assertProgress(scene.told, drawn);
    }),
    { numRuns: 150 },
  );
});

function assertProgress(told: readonly TransferProgress[], drawn: Scenario): void {
  const { size, slots, budgetBytes } = drawn;
  const lengths = partLengths(size);
  const bytesBefore = size - unreadOf(drawn).reduce((sum, index) => sum + (lengths[index] ?? 0), 0);
  let [down, up] = [bytesBefore, bytesBefore];
  for (const { bytesDown, bytesUp, partsInFlight, heldBytes, ...rest } of told) {
    assert.ok(bytesDown >= down && bytesUp >= up && bytesUp <= bytesDown);
    assert.ok(partsInFlight >= 0 && partsInFlight <= slots);
    assert.ok(heldBytes >= bytesDown - bytesUp && heldBytes <= budgetBytes);
    assert.deepEqual(rest, { name: 'film.mkv', size, bytesBefore, bytesPerSecond: 0 });
    [down, up] = [bytesDown, bytesUp];
  }
  const last = told.at(-1);
  if (!last && bytesBefore === size) return;
  assert.deepEqual(
    [last?.bytesDown, last?.bytesUp, last?.partsInFlight, last?.heldBytes],
    [size, size, 0, 0],
  );
}

test('any one failing part, down or up, ends all three stages at once with its error and leaves nothing', async () => {
  const mishap = fc.record({
    kind: fc.constantFrom('download' as const, 'upload' as const),
    index: fc.nat(24),
  });
  await fc.assert(
    fc.asyncProperty(scenario, mishap, async (drawn, { kind, index }) => {
      const scene = stage(drawn);
      const injected = new Error('a bad part');
      const met = kind === 'download' ? unreadOf(drawn) : missingOf(drawn);
      fc.pre(met.length > 0);
      const failing = { kind, index: met[index % met.length] ?? 0 };
      const { file, error } = await play(scene, drawn.picks, failing, injected);
      assert.equal(file, undefined);
      assert.ok(error instanceof Error && error.cause === injected, String(error));
      const code = kind === 'download' ? 'DOWNLOAD_FAILED' : 'UPLOAD_FAILED';
      assert.equal((error as Error & { code?: string }).code, code);
      assertSentAsRead(scene, drawn, scene.uploader.taken.length);
      await assertNothingLeft(scene, drawn.budgetBytes);
    }),
    { numRuns: 150 },
  );
});

test('abort at any moment ends all three stages at once with its reason and leaves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.nat(60), async (drawn, step) => {
      const scene = stage(drawn);
      const reason = new Error('stop');
      const { file, error } = await play(scene, drawn.picks, { kind: 'abort', step }, reason);
      if (file) assert.equal(scene.uploader.acknowledged.size, missingOf(drawn).length);
      else assert.equal(error, reason);
      assertSentAsRead(scene, drawn, scene.uploader.taken.length);
      const toldOf = scene.acknowledged.length;
      await assertNothingLeft(scene, drawn.budgetBytes);
      assert.equal(scene.acknowledged.length, toldOf, 'told after the end');
    }),
    { numRuns: 200 },
  );
});
