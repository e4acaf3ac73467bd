import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { type TransferProgress, transferFile, type UploadedFile } from '../../lib/transfer/transfer.js';
import { FakeClock } from '../support/fake-clock.js';
import { contentOf, FarSide, partLengths, ScriptedSource, ScriptedUploader } from '../support/far-side.js';

const FILE_ID = 0x1234_5678_9abc_def0n;

interface Scenario {
  readonly size: number;
  readonly slots: number;
  readonly window: number;
  readonly budgetBytes: number;
  /** Which of the requests that wait is answered next, in turn and over again. */
  readonly picks: readonly number[];
}

/** What comes between a transfer and its end, and when: before which answer. */
type Mishap =
  | { readonly kind: 'abort'; readonly step: number }
  | { readonly kind: 'download' | 'upload'; readonly index: number };

const size = fc
  .tuple(
    fc.oneof(fc.nat(8), fc.integer({ min: 18, max: 24 })),
    fc.oneof(fc.constantFrom(-1, 0, 1), fc.nat(PART_SIZE)),
  )
  .map(([parts, extra]) => Math.max(1, parts * PART_SIZE + extra));

const scenario: fc.Arbitrary<Scenario> = fc.record({
  size,
  slots: fc.integer({ min: 1, max: 12 }),
  window: fc.integer({ min: 1, max: 8 }),
  budgetBytes: fc.integer({ min: PART_SIZE, max: 12 * PART_SIZE }),
  picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
});

const plain: Scenario = { size: 5 * PART_SIZE, slots: 2, window: 3, budgetBytes: 8 * PART_SIZE, picks: [0] };

interface Outcome {
  readonly file?: UploadedFile;
  readonly error?: unknown;
}

function stage({ size, slots, window, budgetBytes }: Scenario, lengths?: readonly number[]) {
  const far = new FarSide();
  const source = new ScriptedSource(far, { window, ...(lengths && { lengths }) });
  const uploader = new ScriptedUploader(far);
  const budget = new ByteBudget(budgetBytes);
  const controller = new AbortController();
  const clock = new FakeClock();
  const told: TransferProgress[] = [];
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
    onProgress: (progress) => told.push(progress),
  }).then(
    (file) => {
      outcome = { file };
    },
    (error) => {
      outcome = { error };
    },
  );
  return { far, source, uploader, budget, controller, clock, told, outcome: () => outcome };
}

type Stage = ReturnType<typeof stage>;

/** Answers until the transfer ends. What a mishap ends must have ended before anything else is answered. */
async function play(
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

/** Nothing is under way, waiting, held, or listening any more, and nothing new begins. */
async function assertNothingLeft(scene: Stage, budgetBytes: number): Promise<void> {
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

function assertSentAsRead({ uploader }: Stage, { size, slots }: Scenario, upTo: number): void {
  const lengths = partLengths(size);
  assert.deepEqual(
    uploader.taken.map(({ index }) => index),
    lengths.slice(0, upTo).map((_, index) => index),
    'parts in order, each once',
  );
  for (const { index, bytes, fileId, total, big, slot } of uploader.taken) {
    assert.ok(bytes.equals(contentOf(index, lengths[index] ?? 0)), `part ${index} as read`);
    assert.equal(fileId, FILE_ID);
    assert.equal(total, lengths.length);
    assert.equal(big, size >= BIG_FILE_SIZE);
    assert.ok(slot >= 0 && slot < slots);
  }
  assert.equal(uploader.overlap, false, 'a slot sends one part at a time');
  assert.ok(uploader.mostInFlight <= slots);
}

function md5Of(size: number): string {
  const hash = createHash('md5');
  for (const [index, length] of partLengths(size).entries()) hash.update(contentOf(index, length));
  return hash.digest('hex');
}

test('for any size and any order of answers: in order, exactly as read, once, within the budget', async () => {
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
        size: drawn.size,
        ...(!big && { md5: md5Of(drawn.size) }),
      });
      assertSentAsRead(scene, drawn, total);
      assert.equal(scene.uploader.acknowledged.size, total, 'every part acknowledged before the end');
      await assertNothingLeft(scene, drawn.budgetBytes);
      assertProgress(scene.told, drawn);
    }),
    { numRuns: 150 },
  );
});

function assertProgress(told: readonly TransferProgress[], { size, slots, budgetBytes }: Scenario): void {
  let [down, up] = [0, 0];
  for (const { bytesDown, bytesUp, partsInFlight, heldBytes, ...rest } of told) {
    assert.ok(bytesDown >= down && bytesUp >= up && bytesUp <= bytesDown);
    assert.ok(partsInFlight >= 0 && partsInFlight <= slots);
    assert.ok(heldBytes >= bytesDown - bytesUp && heldBytes <= budgetBytes);
    assert.deepEqual(rest, { name: 'film.mkv', size, bytesPerSecond: 0 });
    [down, up] = [bytesDown, bytesUp];
  }
  const last = told.at(-1);
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
      const failing = { kind, index: index % partCount(drawn.size) };
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
      if (file) assert.equal(scene.uploader.acknowledged.size, partCount(drawn.size));
      else assert.equal(error, reason);
      assertSentAsRead(scene, drawn, scene.uploader.taken.length);
      await assertNothingLeft(scene, drawn.budgetBytes);
    }),
    { numRuns: 200 },
  );
});

test('a file that is not what was announced fails, whatever has been uploaded by then', async () => {
  const lie = fc.oneof(
    fc.record({ kind: fc.constant('short' as const), by: fc.integer({ min: 1, max: 3 * PART_SIZE }) }),
    fc.record({ kind: fc.constant('long' as const), by: fc.integer({ min: 1, max: 3 * PART_SIZE }) }),
    fc.record({ kind: fc.constant('ragged' as const), by: fc.nat(24) }),
  );
  await fc.assert(
    fc.asyncProperty(scenario, lie, async (drawn, { kind, by }) => {
      const scene = stage({ ...drawn, budgetBytes: 12 * PART_SIZE }, untrueLengths(drawn.size, kind, by));
      const { file, error } = await play(scene, drawn.picks);
      assert.equal(file, undefined);
      assert.match(String((error as { code?: string }).code), /^(?:PART_)?SIZE_MISMATCH$/);
      await assertNothingLeft(scene, 12 * PART_SIZE);
    }),
    { numRuns: 100 },
  );
});

test('what is wrong with a file ends its transfer even if no upload is ever answered', async () => {
  for (const kind of ['short', 'long', 'ragged'] as const) {
    const scene = stage(
      { ...plain, slots: 1, budgetBytes: 64 * PART_SIZE },
      untrueLengths(plain.size, kind, 3),
    );
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

test('an empty file and senseless sizes and slots are refused before any request', async () => {
  const refused: [Partial<Scenario>, string][] = [
    [{ size: 0 }, 'EMPTY_FILE'],
    [{ size: -1 }, 'BAD_TRANSFER'],
    [{ size: 1.5 }, 'BAD_TRANSFER'],
    [{ size: Number.NaN }, 'BAD_TRANSFER'],
    [{ slots: 0 }, 'BAD_TRANSFER'],
  ];
  for (const [change, code] of refused) {
    const scene = stage({ ...plain, ...change });
    const { error } = await play(scene, [0]);
    assert.equal((error as { code?: string }).code, code);
    assert.equal(scene.far.asked, 0);
    await assertNothingLeft(scene, plain.budgetBytes);
  }
});

test('a budget that holds no part is an error that says so, not a hang', async () => {
  const scene = stage({ ...plain, budgetBytes: PART_SIZE - 1 });
  const { error } = await play(scene, [0]);
  assert.equal((error as { code?: string }).code, 'BUDGET_TOO_SMALL');
  await assertNothingLeft(scene, PART_SIZE - 1);
});

test('a signal that has aborted begins nothing', async () => {
  const far = new FarSide();
  const running = transferFile({
    name: 'x',
    size: 1,
    fileId: 1n,
    source: new ScriptedSource(far, { window: 1 }),
    uploader: new ScriptedUploader(far),
    budget: new ByteBudget(PART_SIZE),
    signal: AbortSignal.abort(new Error('earlier')),
    clock: new FakeClock(),
  });
  await assert.rejects(running, /earlier/);
  assert.equal(far.asked, 0);
});

test('ten slots send at once by default, and each acknowledgement frees its bytes', async () => {
  const far = new FarSide();
  const uploader = new ScriptedUploader(far);
  const budget = new ByteBudget(64 * PART_SIZE);
  const running = transferFile({
    name: 'x',
    size: 12 * PART_SIZE,
    fileId: 1n,
    source: new ScriptedSource(far, { window: 12 }),
    uploader,
    budget,
    signal: new AbortController().signal,
    clock: new FakeClock(),
  });
  const answer = async (kind: string): Promise<void> => {
    far.pending.find((request) => request.kind === kind)?.answer();
    await setImmediate();
  };
  await setImmediate();
  for (let part = 0; part < 12; part += 1) await answer('download');
  assert.equal(uploader.busySlots.size, 10);
  assert.equal(budget.heldBytes, 12 * PART_SIZE);
  for (let part = 11; part >= 0; part -= 1) {
    await answer('upload');
    assert.equal(budget.heldBytes, part * PART_SIZE);
  }
  await running;
});

test('a source that throws when it is opened, and one that heeds no signal, end the transfer all the same', async () => {
  const budget = new ByteBudget(64 * PART_SIZE);
  const controller = new AbortController();
  const options = {
    name: 'x',
    size: 1,
    fileId: 1n,
    uploader: { savePart: () => new Promise<void>(() => {}) },
    budget,
    signal: controller.signal,
    clock: new FakeClock(),
  };
  const broken = new Error('broken');
  const throwing = {
    open: () => {
      throw broken;
    },
  };
  await assert.rejects(transferFile({ ...options, source: throwing }), (error) => error === broken);
  const deaf = {
    async *open(): AsyncGenerator<Buffer> {
      await new Promise(() => {});
    },
  };
  const running = transferFile({ ...options, source: deaf });
  await setImmediate();
  controller.abort(new Error('stop'));
  await assert.rejects(running, /stop/);
  assert.equal(budget.heldBytes, 0);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
});

test('the speed is an average over the last seconds', async () => {
  const scene = stage({ ...plain, slots: 1, window: 1 });
  const speeds: number[] = [];
  await setImmediate();
  while (!scene.outcome()) {
    const [request] = scene.far.pending;
    await scene.clock.advance(500);
    request?.answer();
    await setImmediate();
    speeds.push((scene.told.at(-1)?.bytesPerSecond ?? 0) / PART_SIZE);
  }
  assert.equal(speeds.at(-1), 1);
  assert.ok(speeds.every((speed) => speed >= 0 && speed <= 1));
});
