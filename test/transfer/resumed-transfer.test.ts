// What a transfer that was cut off leaves to the next one, through the real client, against the sandbox over TCP.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { PartSet } from '../../lib/base/part-set.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import { type PartSource, repairParts, transferFile } from '../../lib/transfer/transfer.js';
import { TransferScene } from '../support/transfer-scene.js';

const SIZES = [BIG_FILE_SIZE - 1, BIG_FILE_SIZE + 1, 24 * PART_SIZE];

let scene: TransferScene;

before(async () => {
  scene = await TransferScene.start(SIZES);
});

after(() => scene?.close());

beforeEach(() => {
  scene.sandbox.weather.change(FAIR_WEATHER);
});

const nth = fc.nat(SIZES.length - 1);

test('after a transfer cut off at any moment, the next one sends the unacknowledged parts, and the file is complete', async () => {
  await fc.assert(
    fc.asyncProperty(nth, fc.integer({ min: 0, max: 30 }), async (nth, cutAfter) => {
      const file = scene.files[nth] ?? assert.fail();
      const total = partCount(file.stored.size);
      const done = new PartSet(total);
      const cut = new AbortController();
      const onAcknowledged = (index: number): void => {
        assert.ok(!done.has(index), `part ${index} acknowledged twice`);
        done.add(index);
        if (done.size === cutAfter) cut.abort(new Error('cut off'));
      };
      const first = await scene.optionsFor(file, { signal: cut.signal, onAcknowledged });
      await transferFile(first).catch((error) => assert.match(String(error), /cut off/));
      await scene.assertQuiet();
      const before = scene.uploadReport(first.fileId)?.arrivals ?? [];
      const known = [...done];
      const { fileId } = first;
      const uploaded = await transferFile(await scene.optionsFor(file, { fileId, done, onAcknowledged }));
      assert.equal(done.size, done.total);
      const arrivals = scene.uploadReport(fileId)?.arrivals ?? [];
      const again = arrivals.map((times, index) => times - (before[index] ?? 0));
      assert.deepEqual(
        again,
        again.map((_, index) => (known.includes(index) ? 0 : 1)),
      );
      await scene.assertSame(await scene.send(uploaded), file);
    }),
    { numRuns: 6 },
  );
});

test('nothing of a file that is all there is read or sent again', async () => {
  const file = scene.files[1] ?? assert.fail();
  const first = await scene.optionsFor(file);
  await transferFile(first);
  const source: PartSource = { open: () => assert.fail('the source was opened') };
  const done = PartSet.full(partCount(file.stored.size));
  const uploaded = await transferFile(await scene.optionsFor(file, { fileId: first.fileId, done, source }));
  await scene.assertSame(await scene.send(uploaded), file);
});

test('parts that the server has lost are carried over again, and no others, for big files and small', async () => {
  const lost = fc.subarray([0, 1, 5, 6, 7, 12, 19], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(nth, lost, async (nth, lost) => {
      const file = scene.files[nth] ?? assert.fail();
      const options = await scene.optionsFor(file);
      const uploaded = await transferFile(options);
      scene.sandbox.files.uploads.expireParts({ fileId: uploaded.fileId, parts: lost });
      await assert.rejects(scene.send(uploaded), { errorMessage: `FILE_PART_${lost[0]}_MISSING` });
      await repairParts(options, lost);
      await scene.assertSame(await scene.send(uploaded), file);
      const arrivals = scene.uploadReport(uploaded.fileId)?.arrivals ?? [];
      assert.deepEqual(
        arrivals,
        arrivals.map((_, index) => (lost.includes(index) ? 2 : 1)),
      );
      assert.equal(options.budget.heldBytes, 0);
    }),
    { numRuns: 5 },
  );
});

for (const [nth, size] of SIZES.entries()) {
  test(`with verifySource a file of ${size} bytes is compared with the server's own hashes`, async () => {
    // References expire on the way: those of the hashes are fetched again too.
    scene.sandbox.weather.change({ ...FAIR_WEATHER, referencesExpireAfterReads: 7 });
    const file = scene.files[nth] ?? assert.fail();
    const hashed = scene.sandbox.report().weather.requests['upload.GetFileHashes'] ?? 0;
    const uploaded = await transferFile(await scene.optionsFor(file, { verifySource: true }));
    const asked = (scene.sandbox.report().weather.requests['upload.GetFileHashes'] ?? 0) - hashed;
    assert.ok(asked >= partCount(size) / 2, `${asked} requests for hashes`);
    await scene.assertSame(await scene.send(uploaded), file);
  });
}

test('a byte that is wrong on the way makes its part be read again; one that stays wrong fails the transfer', async () => {
  const file = scene.files[1] ?? assert.fail();
  for (const times of [1, 3]) {
    const misread: number[] = [];
    const onMisread = (index: number): void => void misread.push(index);
    const options = await scene.optionsFor(file, { verifySource: true, onMisread });
    const source = spoilt(options.source, { part: 9, times });
    const running = transferFile({ ...options, source });
    if (times === 3) {
      await assert.rejects(running, { code: 'SOURCE_MISMATCH' });
      assert.equal(scene.uploadReport(options.fileId)?.arrivals[9] ?? 0, 0, 'the wrong part was sent');
    } else {
      await scene.assertSame(await scene.send(await running), file);
    }
    assert.deepEqual(misread, Array(Math.min(times, 2)).fill(9));
    assert.equal(options.budget.heldBytes, 0);
  }
});

/** The source, but a byte of part `part` is wrong the first `times` times. */
function spoilt(source: PartSource, { part, times }: { part: number; times: number }): PartSource {
  let left = times;
  return {
    ...source,
    async *open(range, lease, signal) {
      let offset = range.offset;
      for await (const each of source.open(range, lease, signal)) {
        if (offset === part * PART_SIZE && left > 0) {
          left -= 1;
          each.bytes.writeUInt8(each.bytes.readUInt8(100) ^ 1, 100);
        }
        offset += each.bytes.length;
        yield each;
      }
    },
  };
}
