import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { PART_SIZE } from '../../lib/base/bytes.js';
import type { FilePart } from '../../lib/base/file-parts.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { transferFile } from '../../lib/transfer/transfer.js';
import { FakeClock } from '../support/fake-clock.js';
import { FarSide, ScriptedSource, ScriptedUploader } from '../support/far-side.js';
import { assertNothingLeft, plain, play, type Scenario, stage } from '../support/scripted-transfer.js';

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

test('a signal that has aborted lets nothing begin', async () => {
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
  const source = new ScriptedSource(far, { window: 12 });
  const budget = new ByteBudget(64 * PART_SIZE);
  const running = transferFile({
    name: 'x',
    size: 12 * PART_SIZE,
    fileId: 1n,
    source,
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
  assert.equal(uploader.mostInFlight, 10);
  assert.equal(budget.heldBytes, 12 * PART_SIZE);
  for (let part = 11; part >= 0; part -= 1) {
    await answer('upload');
    assert.equal(budget.heldBytes, part * PART_SIZE);
    assert.equal(source.released.length, 12 - part);
  }
  await running;
  assert.equal(new Set(source.released).size, 12, 'each part was released once');
});

test('a source that throws when it is opened, and one that ignores its signal, still end the transfer', async () => {
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
  await assert.rejects(transferFile({ ...options, source: throwing }), {
    code: 'DOWNLOAD_FAILED',
    cause: broken,
  });
  const deaf = {
    async *open(): AsyncGenerator<FilePart> {
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

test('an acknowledgement that comes after the end is reported to nobody', async () => {
  const controller = new AbortController();
  const acknowledged: number[] = [];
  const answers: (() => void)[] = [];
  const far = new FarSide();
  const running = transferFile({
    name: 'x',
    size: 2 * PART_SIZE,
    fileId: 1n,
    source: new ScriptedSource(far, { window: 2 }),
    uploader: { savePart: () => new Promise<void>((resolve) => answers.push(resolve)) },
    budget: new ByteBudget(64 * PART_SIZE),
    signal: controller.signal,
    clock: new FakeClock(),
    onAcknowledged: (index) => acknowledged.push(index),
  });
  running.catch(() => {});
  for (let turn = 0; answers.length < 2; turn += 1) {
    assert.ok(turn < 20);
    await setImmediate();
    far.pending[0]?.answer();
  }
  answers[1]?.();
  await setImmediate();
  controller.abort(new Error('stop'));
  await assert.rejects(running, /stop/);
  answers[0]?.();
  await setImmediate();
  assert.deepEqual(acknowledged, [1]);
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
