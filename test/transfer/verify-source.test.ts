import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { KIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import type { RangeHash } from '../../lib/base/file-parts.js';
import { contentOf, partLengths } from '../support/far-side.js';
import {
  assertNothingLeft,
  assertSentAsRead,
  missingOf,
  plain,
  play,
  type Scenario,
  scenario,
  stage,
  unreadOf,
} from '../support/scripted-transfer.js';

interface Hashing {
  /** Bytes per range. */
  readonly rangeBytes: number;
  /** How many ranges an answer has. */
  readonly atOnce: number;
}

/** As Telegram does it. */
const usual: Hashing = { rangeBytes: 128 * KIB, atOnce: 8 };

const hashing: fc.Arbitrary<Hashing> = fc.record({
  rangeBytes: fc.constantFrom(64 * KIB, 128 * KIB, 256 * KIB, PART_SIZE),
  atOnce: fc.integer({ min: 1, max: 9 }),
});

function rangesFrom(size: number, offset: number, { rangeBytes, atOnce }: Hashing): RangeHash[] {
  const ranges: RangeHash[] = [];
  for (let at = offset - (offset % rangeBytes); at < size && ranges.length < atOnce; at += rangeBytes) {
    const length = Math.min(rangeBytes, size - at);
    const hash = createHash('sha256');
    for (let from = at; from < at + length; ) {
      const index = Math.floor(from / PART_SIZE);
      const part = contentOf(index, partLengths(size)[index] ?? 0);
      const start = from - index * PART_SIZE;
      const taken = part.subarray(start, start + at + length - from);
      hash.update(taken);
      from += taken.length;
    }
    ranges.push({ offset: at, length, sha256: hash.digest() });
  }
  return ranges;
}

/** A transfer with verifySource. `misreads`: how often the part of each index comes with a wrong byte. */
function verified(drawn: Scenario, how: Hashing, misreads: Readonly<Record<number, number>> = {}) {
  const left = { ...misreads };
  const asked: number[] = [];
  const scene = stage(drawn, {
    content(index, length) {
      const times = left[index] ?? 0;
      if (times === 0) return contentOf(index, length);
      left[index] = times - 1;
      const wrong = Buffer.from(contentOf(index, length));
      wrong[length - 1] = (wrong[length - 1] ?? 0) ^ 1;
      return wrong;
    },
    async hashes(offset, signal) {
      asked.push(offset);
      await scene.far.request('hashes', offset / PART_SIZE, signal);
      return rangesFrom(drawn.size, offset, how);
    },
  });
  return { scene, asked };
}

test('bytes that match their hashes are sent, however the hashes are cut and whenever they come', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, hashing, async (drawn, how) => {
      const { scene, asked } = verified(drawn, how);
      const { error } = await play(scene, drawn.picks);
      assert.equal(error, undefined);
      assertSentAsRead(scene, drawn, partCount(drawn.size));
      assert.equal(scene.uploader.acknowledged.size, missingOf(drawn).length);
      assert.equal(asked.length === 0, unreadOf(drawn).length === 0);
      await assertNothingLeft(scene, drawn.budgetBytes);
    }),
    { numRuns: 80 },
  );
});

test('an answer covers two parts, and is requested once', async () => {
  const drawn = { ...plain, size: 64 * PART_SIZE, budgetBytes: 4 * PART_SIZE };
  const { scene, asked } = verified(drawn, usual);
  assert.equal((await play(scene, [0])).error, undefined);
  assert.equal(new Set(asked).size, asked.length);
  assert.ok(asked.length <= 32 + 4, `${asked.length} requests for 64 parts`);
});

test('a part that came wrong is never sent: it is read again, and parts sent before stay', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.nat(24), fc.integer({ min: 1, max: 2 }), async (drawn, nth, times) => {
      const unread = unreadOf(drawn);
      fc.pre(unread.length > 0);
      const index = unread[nth % unread.length] ?? 0;
      const { scene } = verified(drawn, usual, { [index]: times });
      const { error } = await play(scene, drawn.picks);
      assert.equal(error, undefined);
      assert.deepEqual(scene.misread, Array(times).fill(index));
      const lengths = partLengths(drawn.size);
      for (const part of scene.uploader.taken) {
        assert.ok(part.bytes.equals(contentOf(part.index, lengths[part.index] ?? 0)), `part ${part.index}`);
      }
      assert.deepEqual(
        [...scene.uploader.acknowledged].sort((a, b) => a - b),
        missingOf(drawn),
      );
      assert.equal(scene.acknowledged.length, missingOf(drawn).length, 'none acknowledged twice');
      await assertNothingLeft(scene, drawn.budgetBytes);
    }),
    { numRuns: 60 },
  );
});

test('a part that comes wrong each time fails the transfer before any of it is sent', async () => {
  const { scene } = verified(plain, usual, { 3: 99 });
  const { error } = await play(scene, [0]);
  assert.equal((error as { code?: string }).code, 'SOURCE_MISMATCH');
  assert.match(String(error), /Part 3 of film\.mkv .* neither sent nor saved/);
  assert.deepEqual(scene.misread, [3, 3]);
  assert.ok(scene.uploader.taken.every(({ index }) => index !== 3));
  await assertNothingLeft(scene, plain.budgetBytes);
});

for (const [what, how] of [
  ['no hashes at all', { rangeBytes: 128 * KIB, atOnce: 0 }],
  ['ranges that no part holds whole', { rangeBytes: 3 * 128 * KIB, atOnce: 8 }],
] as const) {
  test(`${what}: nothing is trusted without proof`, async () => {
    const { scene } = verified(plain, how);
    const { error } = await play(scene, [0]);
    assert.equal((error as { code?: string }).code, 'SOURCE_UNVERIFIED');
    assert.equal(scene.uploader.taken.length, 0);
    await assertNothingLeft(scene, plain.budgetBytes);
  });
}

test('a failed request for hashes or an abort ends the transfer at once, and leaves nothing', async () => {
  const mishap = fc.oneof(
    fc.record({ kind: fc.constant('abort' as const), step: fc.nat(60) }),
    fc.record({ kind: fc.constant('hashes' as const), index: fc.constant(0) }),
  );
  await fc.assert(
    fc.asyncProperty(scenario, mishap, async (drawn, drawnMishap) => {
      const { scene } = verified({ ...drawn, done: [] }, usual);
      const injected = new Error('stop');
      const hashes = drawnMishap.kind === 'hashes';
      if (hashes) await failHashes(scene, drawn.picks, injected);
      else await play(scene, drawn.picks, drawnMishap, injected);
      const { error } = scene.outcome() ?? assert.fail('the transfer goes on');
      if (hashes) assert.equal((error as Error).cause, injected);
      await assertNothingLeft(scene, drawn.budgetBytes);
    }),
    { numRuns: 60 },
  );
});

/** The first request for hashes is refused; the part that needs it gets the error. */
async function failHashes(
  scene: ReturnType<typeof stage>,
  picks: readonly number[],
  error: Error,
): Promise<void> {
  await setImmediate();
  for (let step = 0; !scene.outcome(); step += 1) {
    const { pending } = scene.far;
    const first = pending.find(({ kind, index }) => kind === 'hashes' && index === 0);
    if (first) first.answer(error);
    else pending[(picks[step % picks.length] ?? 0) % pending.length]?.answer();
    await setImmediate();
  }
}
