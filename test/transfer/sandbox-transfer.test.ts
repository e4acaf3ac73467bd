// The transfer through the real client, against the sandbox over TCP: the scripted far side proves the pipeline alone,
// this proves it with its real neighbours.
import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { BIG_FILE_SIZE, MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { FAIR_WEATHER, type WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { repairParts, transferFile } from '../../lib/transfer/transfer.js';
import { TransferScene } from '../support/transfer-scene.js';

const SIZES = [
  1,
  PART_SIZE - 1,
  PART_SIZE,
  PART_SIZE + 1,
  3 * PART_SIZE,
  BIG_FILE_SIZE - 1,
  BIG_FILE_SIZE,
  BIG_FILE_SIZE + 1,
];

let scene: TransferScene;

before(async () => {
  scene = await TransferScene.start(SIZES);
});

after(() => scene?.close());

beforeEach(() => {
  scene.sandbox.weather.change(FAIR_WEATHER);
  scene.waits.length = 0;
});

for (const [nth, size] of SIZES.entries()) {
  test(`a file of ${size} bytes arrives unchanged, each part once`, async () => {
    const file = scene.files[nth] ?? assert.fail();
    const options = await scene.optionsFor(file);
    const uploaded = await transferFile(options);
    assert.deepEqual(scene.uploadReport(uploaded.fileId)?.arrivals, Array(partCount(size)).fill(1));
    assert.equal(uploaded.md5 === undefined, size >= BIG_FILE_SIZE);
    await scene.assertSame(await scene.send(uploaded), file);
    assert.equal(options.budget.heldBytes, 0);
  });
}

const rate = fc.integer({ min: 0, max: 4 }).map((percent) => percent / 100);

const badWeather: fc.Arbitrary<Partial<WeatherOptions>> = fc.record({
  dropBeforeRate: rate,
  dropAfterRate: rate,
  resetRate: rate,
  error500Rate: rate,
  faultMethods: fc.constant(['upload.*']),
  referencesExpireAfterReads: fc.constantFrom(0, 3, 10),
  byteBudget: fc.constantFrom(0, 8 * MIB),
  byteWindowSeconds: fc.constant(1),
});

const way = fc.record({
  nth: fc.nat(SIZES.length - 1),
  slots: fc.integer({ min: 1, max: 10 }),
  budgetBytes: fc.integer({ min: PART_SIZE, max: 12 * PART_SIZE }),
});

test('in any weather a file arrives unchanged, and the budget holds', async () => {
  await fc.assert(
    fc.asyncProperty(badWeather, way, async (weather, { nth, slots, budgetBytes }) => {
      scene.sandbox.weather.change({ ...FAIR_WEATHER, ...weather });
      const file = scene.files[nth] ?? assert.fail();
      const budget = new ByteBudget(budgetBytes);
      const controller = new AbortController();
      const options = await scene.optionsFor(file, { slots, budget, signal: controller.signal });
      const uploaded = await transferFile(options);
      assert.ok(scene.uploadReport(uploaded.fileId)?.arrivals.every((times) => times >= 1));
      await scene.assertSame(await scene.send(uploaded), file);
      assert.ok(budget.peakBytes <= budgetBytes);
      assert.equal(budget.heldBytes, 0);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    }),
    { numRuns: 6 },
  );
});

test('aborted at any moment, in any weather, it ends with the reason and nothing stays under way', async () => {
  await fc.assert(
    fc.asyncProperty(badWeather, way, fc.integer({ min: 0, max: 40 }), async (weather, drawn, moment) => {
      scene.sandbox.weather.change({ ...FAIR_WEATHER, ...weather });
      const file = scene.files[drawn.nth] ?? assert.fail();
      const budget = new ByteBudget(drawn.budgetBytes);
      const controller = new AbortController();
      let steps = 0;
      const onProgress = (): void => {
        steps += 1;
        if (steps === moment) controller.abort(new Error('stop'));
      };
      const options = await scene.optionsFor(file, {
        slots: drawn.slots,
        budget,
        signal: controller.signal,
        onProgress,
      });
      const running = transferFile(options);
      if (moment === 0) controller.abort(new Error('stop'));
      // Three steps for each part; an abort after the last finds nothing left to end.
      if (moment <= 3 * partCount(file.stored.size)) await assert.rejects(running, /stop/);
      else await running;
      assert.equal(budget.heldBytes, 0);
      assert.equal(budget.waiting, 0);
      assert.ok(budget.peakBytes <= drawn.budgetBytes);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
      await scene.assertQuiet();
    }),
    { numRuns: 10 },
  );
});

const FAULTS = [
  { method: 'upload.GetFile', fate: { kind: 'drop-before' } },
  { method: 'upload.GetFile', fate: { kind: 'drop-after' } },
  { method: 'upload.GetFile', fate: { kind: 'reset' } },
  { method: 'upload.GetFile', fate: { kind: 'refuse', error: new RpcError(500, 'INTERNAL') } },
  { method: 'upload.GetFile', fate: { kind: 'refuse', error: new RpcError(400, 'FILE_REFERENCE_EXPIRED') } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'drop-before' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'drop-after' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'reset' } },
  { method: 'upload.SaveBigFilePart', fate: { kind: 'refuse', error: new RpcError(-503, 'Timeout') } },
  {
    method: 'upload.SaveBigFilePart',
    fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_PREMIUM_WAIT_1') },
  },
] as const;

for (const { method, fate } of FAULTS) {
  const what = fate.kind === 'refuse' ? fate.error.message : fate.kind;
  test(`${what} at the third ${method} costs no byte`, async () => {
    const file = scene.files[SIZES.indexOf(BIG_FILE_SIZE)] ?? assert.fail();
    const fault = scene.sandbox.weather.script({ method, nth: 3, fate });
    const uploaded = await transferFile(await scene.optionsFor(file));
    assert.ok(fault.done);
    await scene.assertSame(await scene.send(uploaded), file);
    if (what === 'FLOOD_PREMIUM_WAIT_1')
      assert.deepEqual(
        scene.waits.map(({ reason, kind }) => [reason, kind]),
        [[what, 'premium']],
      );
  });
}

test('a refused part ends the transfer with the refusal, and nothing stays under way', async () => {
  for (const [method, refusal] of [
    ['upload.GetFile', 'LOCATION_INVALID'],
    ['upload.SaveBigFilePart', 'FILE_PART_SIZE_INVALID'],
  ] as const) {
    const file = scene.files[SIZES.indexOf(BIG_FILE_SIZE + 1)] ?? assert.fail();
    scene.sandbox.weather.script({
      method,
      nth: 5,
      fate: { kind: 'refuse', error: new RpcError(400, refusal) },
    });
    const options = await scene.optionsFor(file);
    await assert.rejects(transferFile(options), (error: Error & { errorMessage?: string }) => {
      assert.equal(error.errorMessage, refusal, String(error));
      return true;
    });
    assert.equal(options.budget.heldBytes, 0);
    await scene.assertQuiet();
  }
});

test('a part that the server lost is carried over again, and the file is complete', async () => {
  const file = scene.files[SIZES.indexOf(BIG_FILE_SIZE + 1)] ?? assert.fail();
  const options = await scene.optionsFor(file);
  const uploaded = await transferFile(options);
  scene.sandbox.files.uploads.expireParts({ fileId: uploaded.fileId, parts: [7] });
  await assert.rejects(scene.send(uploaded), { errorMessage: 'FILE_PART_7_MISSING' });
  await repairParts(options, [7]);
  assert.equal(options.budget.heldBytes, 0);
  await scene.assertSame(await scene.send(uploaded), file);
  const arrivals = scene.uploadReport(uploaded.fileId)?.arrivals ?? [];
  assert.deepEqual(
    arrivals,
    arrivals.map((_, index) => (index === 7 ? 2 : 1)),
  );
});

test('several transfers share one small budget', async () => {
  const budget = new ByteBudget(4 * PART_SIZE);
  const many = await Promise.all(scene.files.map((file) => scene.optionsFor(file, { budget })));
  const uploaded = await Promise.all(many.map(transferFile));
  for (const [nth, file] of scene.files.entries()) {
    await scene.assertSame(await scene.send(uploaded[nth] ?? assert.fail()), file);
  }
  assert.equal(budget.peakBytes, 4 * PART_SIZE);
  assert.equal(budget.heldBytes, 0);
});
