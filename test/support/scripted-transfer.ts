import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import type { UploadedFile } from '../../lib/base/file-parts.js';
import { PartSet } from '../../lib/base/part-set.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { type TransferProgress, transferFile } from '../../lib/transfer/transfer.js';
import { FakeClock } from './fake-clock.js';
import {
  contentOf,
  FarSide,
  partLengths,
  type Request,
  ScriptedSource,
  type ScriptedSourceOptions,
  ScriptedUploader,
} from './far-side.js';

export const FILE_ID = 0x1234_5678_9abc_def0n;

/** One transfer, as drawn. */
export interface Scenario {
  readonly size: number;
  readonly slots: number;
  readonly window: number;
  readonly budgetBytes: number;
  /** Parts that were acknowledged before; indices beyond the file's stand for none. */
  readonly done: readonly number[];
  /** Which of the waiting requests is answered next, in turn and repeatedly. */
  readonly picks: readonly number[];
}

/** The thing that ends a transfer early, and when: before which answer. */
export type Mishap =
  | { readonly kind: 'abort'; readonly step: number }
  | { readonly kind: Request['kind']; readonly index: number };

const size = fc
  .tuple(
    fc.oneof(fc.nat(8), fc.integer({ min: 18, max: 24 })),
    fc.oneof(fc.constantFrom(-1, 0, 1), fc.nat(PART_SIZE)),
  )
  .map(([parts, extra]) => Math.max(1, parts * PART_SIZE + extra));

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  size,
  slots: fc.integer({ min: 1, max: 12 }),
  window: fc.integer({ min: 1, max: 8 }),
  budgetBytes: fc.integer({ min: PART_SIZE, max: 12 * PART_SIZE }),
  done: fc.oneof(fc.constant([]), fc.subarray(Array.from({ length: 26 }, (_, index) => index))),
  picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
});

/** A scenario without surprises. */
export const plain: Scenario = {
  size: 5 * PART_SIZE,
  slots: 2,
  window: 3,
  budgetBytes: 8 * PART_SIZE,
  done: [],
  picks: [0],
};

export interface Outcome {
  readonly file?: UploadedFile;
  readonly error?: unknown;
}

/** Begins a transfer between scripted servers. `lies`: where the source deviates from what it should give. */
export function stage(drawn: Scenario, lies: Omit<ScriptedSourceOptions, 'window'> = {}) {
  const { size, slots, window, budgetBytes } = drawn;
  const far = new FarSide();
  const source = new ScriptedSource(far, { window, ...lies });
  const uploader = new ScriptedUploader(far);
  const budget = new ByteBudget(budgetBytes);
  const controller = new AbortController();
  const clock = new FakeClock();
  const told: TransferProgress[] = [];
  const acknowledged: number[] = [];
  const misread: number[] = [];
  let outcome: Outcome | undefined;
  transferFile({
    name: 'film.mkv',
    size,
    fileId: FILE_ID,
    source,
    uploader,
    budget,
    slots,
    signal: controller.signal,
    clock,
    ...(drawn.done.length > 0 && { done: doneOf(drawn) }),
    verifySource: source.hashes !== undefined,
    onProgress: (progress) => told.push(progress),
    onAcknowledged: (index) => acknowledged.push(index),
    onMisread: (index) => misread.push(index),
  }).then(
    (file) => {
      outcome = { file };
    },
    (error) => {
      outcome = { error };
    },
  );
  const watched = { told, acknowledged, misread };
  return { far, source, uploader, budget, controller, clock, ...watched, outcome: () => outcome };
}

export function doneOf({ size, done }: Scenario): PartSet {
  const total = partCount(size);
  return PartSet.of(
    total,
    done.filter((index) => index < total),
  );
}

/** The parts to send, in order. */
export function missingOf(drawn: Scenario): number[] {
  const done = doneOf(drawn);
  return [...PartSet.full(done.total)].filter((index) => !done.has(index));
}

/** The parts to read, in order: a small file is read whole, for its md5. */
export function unreadOf(drawn: Scenario): number[] {
  return drawn.size >= BIG_FILE_SIZE ? missingOf(drawn) : [...PartSet.full(partCount(drawn.size))];
}

export type Stage = ReturnType<typeof stage>;

/** Answers until the transfer ends. Everything that a mishap ends must have ended before anything else is answered. */
export async function play(
  scene: Stage,
  picks: readonly number[],
  mishap?: Mishap,
  injected?: Error,
): Promise<Outcome> {
  for (let step = 0; ; step += 1) {
    await setImmediate();
    const ended = scene.outcome();
    if (ended) return ended;
    if (mishap?.kind === 'abort' && step === mishap.step) {
      scene.controller.abort(injected);
      await setImmediate();
      return scene.outcome() ?? assert.fail('the transfer goes on after an abort');
    }
    const request = scene.far.pending[(picks[step % picks.length] ?? 0) % scene.far.pending.length];
    if (!request) assert.fail('the transfer hangs: it waits for nothing and does not end');
    const { kind, index } = request;
    if (mishap?.kind === kind && mishap.index === index) {
      request.answer(injected);
      await setImmediate();
      return scene.outcome() ?? assert.fail(`the transfer goes on after a failed ${kind}`);
    }
    request.answer();
  }
}

/** Checks that nothing is under way, waiting, held, or listening any more, and that nothing new begins. */
export async function assertNothingLeft(scene: Stage, budgetBytes: number): Promise<void> {
  const { far, source, budget, controller, clock } = scene;
  const asked = far.asked;
  await setImmediate();
  assert.equal(far.asked, asked, 'requests after the end');
  assert.equal(far.pending.length, 0, 'requests under way');
  assert.equal(source.opened, 0, 'open sources');
  assert.equal(budget.heldBytes, 0, 'held bytes');
  assert.equal(budget.waiting, 0, 'waiters for bytes');
  assert.ok(budget.peakBytes <= budgetBytes, `peak of ${budget.peakBytes} over ${budgetBytes}`);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0, 'listeners');
  assert.equal(clock.sleeping, 0, 'timers');
}

/**
 * Checks that the first `upTo` missing parts came in order, each once, exactly as read, no more at once than there are
 * slots.
 */
export function assertSentAsRead({ uploader, source }: Stage, drawn: Scenario, upTo: number): void {
  const { size, slots } = drawn;
  const lengths = partLengths(size);
  assert.deepEqual(
    uploader.taken.map(({ index }) => index),
    missingOf(drawn).slice(0, upTo),
    'missing parts in order, each once',
  );
  assert.deepEqual(source.read, unreadOf(drawn).slice(0, source.read.length), 'read in order, each once');
  for (const { index, bytes, fileId, total, big } of uploader.taken) {
    assert.ok(bytes.equals(contentOf(index, lengths[index] ?? 0)), `part ${index} as read`);
    assert.equal(fileId, FILE_ID);
    assert.equal(total, lengths.length);
    assert.equal(big, size >= BIG_FILE_SIZE);
  }
  assert.ok(uploader.mostInFlight <= slots);
}

export function md5Of(size: number): string {
  const hash = createHash('md5');
  for (const [index, length] of partLengths(size).entries()) hash.update(contentOf(index, length));
  return hash.digest('hex');
}
