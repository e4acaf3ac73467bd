import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { BIG_FILE_SIZE, PART_SIZE } from '../../lib/base/bytes.js';
import { contentOf, partLengths } from '../support/far-side.js';
import {
  assertNothingLeft,
  doneOf,
  plain,
  play,
  type Stage,
  scenario,
  stage,
} from '../support/scripted-transfer.js';

test('a file that is not as announced fails, whatever has been uploaded by then', async () => {
  const lie = fc.oneof(
    fc.record({ kind: fc.constant('short' as const), by: fc.integer({ min: 1, max: 3 * PART_SIZE }) }),
    fc.record({ kind: fc.constant('long' as const), by: fc.integer({ min: 1, max: 3 * PART_SIZE }) }),
    fc.record({ kind: fc.constant('ragged' as const), by: fc.nat(24) }),
  );
  await fc.assert(
    fc.asyncProperty(scenario, lie, async (drawn, { kind, by }) => {
      const lengths = untrueLengths(drawn.size, kind, by);
      const scene = stage({ ...drawn, done: [], budgetBytes: 12 * PART_SIZE }, { lengths: () => lengths });
      const { file, error } = await play(scene, drawn.picks);
      assert.equal(file, undefined);
      assert.match(String((error as { code?: string }).code), /^(?:PART_)?SIZE_MISMATCH$/);
      await assertNothingLeft(scene, 12 * PART_SIZE);
    }),
    { numRuns: 100 },
  );
});

test('a missing stretch that is too short or too long fails, and its parts are never taken for others', async () => {
  const lie = fc.record({
    stretch: fc.nat(12),
    more: fc.constantFrom(-1, 1),
    parts: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, lie, async (drawn, { stretch, more, parts }) => {
      const stretches = [...doneOf(drawn).missing()];
      fc.pre(drawn.size >= BIG_FILE_SIZE && stretches.length > 0);
      const lied = (stretches[stretch % stretches.length]?.first ?? 0) * PART_SIZE;
      const scene = stage(
        { ...drawn, budgetBytes: 12 * PART_SIZE },
        {
          lengths: ({ offset, limit }) =>
            partLengths(offset === lied ? Math.max(0, limit + more * parts * PART_SIZE) : limit),
        },
      );
      const { file, error } = await play(scene, drawn.picks);
      assert.equal(file, undefined);
      assert.match(String((error as { code?: string }).code), /^(?:PART_)?SIZE_MISMATCH$/);
      const lengths = partLengths(drawn.size);
      for (const { index, bytes } of scene.uploader.taken) {
        assert.ok(bytes.equals(contentOf(index, lengths[index] ?? 0)), `part ${index} as read`);
      }
      await assertNothingLeft(scene, 12 * PART_SIZE);
    }),
    { numRuns: 60 },
  );
});

test('a fault of the file ends its transfer even if no upload is ever answered', async () => {
  for (const kind of ['short', 'long', 'ragged'] as const) {
    const lengths = untrueLengths(plain.size, kind, 3);
    const scene = stage({ ...plain, slots: 1, budgetBytes: 64 * PART_SIZE }, { lengths: () => lengths });
    await setImmediate();
    for (let request = firstDownload(scene); request && !scene.outcome(); request = firstDownload(scene)) {
      request.answer();
      await setImmediate();
    }
    const code = (scene.outcome()?.error as { code?: string } | undefined)?.code;
    assert.match(String(code), /^(?:PART_)?SIZE_MISMATCH$/, kind);
    await assertNothingLeft(scene, 64 * PART_SIZE);
  }
});

function firstDownload(scene: Stage) {
  return scene.far.pending.find(({ kind }) => kind === 'download');
}

function untrueLengths(size: number, kind: 'short' | 'long' | 'ragged', by: number): number[] {
  if (kind === 'short') return partLengths(Math.max(0, size - by));
  if (kind === 'long') return partLengths(size + by);
  const lengths = partLengths(size);
  // One byte moves from some part to the next: the sum is right, the cut is not.
  if (lengths.length === 1) return [Math.max(0, size - 1), 1];
  const index = by % (lengths.length - 1);
  return lengths.map((length, at) => length - (at === index ? 1 : 0) + (at === index + 1 ? 1 : 0));
}
