import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { GIB, KIB, MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { FakeClock } from '../support/fake-clock.js';

const ME = { userId: 7, keyId: 70n, premium: false };
const AS_DOCUMENT = { kind: 'document', dcId: 1, mimeType: 'video/mp4', attributes: [] } as const;

function openStore({ partLifetimeMs = 60_000, keptUploadBytes = GIB } = {}) {
  const clock = new FakeClock();
  const random = seededRandom('uploads');
  return { clock, store: new FileStore({ clock, random, partLifetimeMs, keptUploadBytes }) };
}

function addSource(store: FileStore, size: number): StoredFile {
  return store.add({ kind: 'document', size, dcId: 2, mimeType: 'video/mp4', attributes: [] });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Sending {
  readonly store: FileStore;
  readonly fileId?: bigint;
  readonly size: number;
  readonly read: (offset: number, length: number) => Buffer;
  readonly big: boolean;
  readonly partSize?: number;
}

async function sendPart(sending: Sending, index: number): Promise<void> {
  const { store, fileId = 1n, size, read, big, partSize = PART_SIZE } = sending;
  const bytes = read(index * partSize, partSize);
  const total = big ? partCount(size, partSize) : undefined;
  await store.uploads.save(ME, { fileId, index, total, bytes });
}

function finish({ store, fileId = 1n, size, big, partSize }: Sending, md5?: string): StoredFile {
  const ref = { id: fileId, parts: partCount(size, partSize), name: 'a.mp4', big, ...(md5 ? { md5 } : {}) };
  return store.finish(ME, ref, AS_DOCUMENT);
}

function ofBuffer(store: FileStore, content: Buffer, big: boolean, partSize?: number): Sending {
  const read = (offset: number, length: number) => content.subarray(offset, offset + length);
  return { store, size: content.length, read, big, ...(partSize ? { partSize } : {}) };
}

function ofSource(store: FileStore, source: StoredFile, big: boolean): Sending {
  const read = (offset: number, length: number) => store.read(source, offset, length) ?? assert.fail();
  return { store, size: source.size, read, big };
}

test('bytes uploaded in any order can be read back, with their SHA-256', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 20 * KIB }),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      async (array, big, keys) => {
        const { store } = openStore();
        const sending = ofBuffer(store, Buffer.from(array), big, KIB);
        for (const index of shuffled(partCount(array.length, KIB), keys)) await sendPart(sending, index);
        const file = finish(sending);
        assert.deepEqual(store.read(file, 0, MIB), Buffer.from(array));
        assert.equal(await store.sha256(file), sha256(Buffer.from(array)));
      },
    ),
  );
});

test('a seeded file uploaded in any order is recognised, takes no memory, and can be read back', async () => {
  const tails = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.nat(PART_SIZE - 1));
  const sizes = fc.tuple(fc.integer({ min: 1, max: 24 }), tails);
  await fc.assert(
    fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), async ([parts, tail], keys) => {
      const { store } = openStore();
      const source = addSource(store, parts * PART_SIZE + tail);
      const sending = ofSource(store, source, true);
      for (const index of shuffled(partCount(source.size), keys)) await sendPart(sending, index);
      const file = finish(sending);
      assert.deepEqual(file.content, source.content);
      assert.equal(await store.sha256(file), await store.sha256(source));
      assert.equal(store.uploads.report()[0]?.heldBytes, 0);
    }),
    { numRuns: 25 },
  );
});

test('a file whose seed is shared by a file of another size is distinguished from it', async () => {
  const { store } = openStore();
  const shared = { kind: 'document', dcId: 1, mimeType: 'video/mp4', attributes: [], seed: 's' } as const;
  store.add({ ...shared, size: 3 * MIB });
  const source = store.add({ ...shared, size: 2 * MIB });
  const sending = ofSource(store, source, true);
  for (let index = 0; index < 4; index += 1) await sendPart(sending, index);
  assert.deepEqual(finish(sending).content, source.content);
});

test('large unknown content uploaded in any order can be read back, with known content in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(PART_SIZE - 1), fc.infiniteStream(fc.nat()), async (tail, keys) => {
      const { store } = openStore();
      const content = seededRandom(`kept ${tail}`).bytes(22 * PART_SIZE + tail);
      const source = addSource(store, 12 * MIB);
      store.read(source, 4 * PART_SIZE, 3 * PART_SIZE)?.copy(content, 8 * PART_SIZE);
      const sending = ofBuffer(store, content, true);
      for (const index of shuffled(partCount(content.length), keys)) await sendPart(sending, index);
      const file = finish(sending);
      assert.ok(store.read(file, 0, content.length)?.equals(content));
      const [from, length] = [7 * PART_SIZE + 100, MIB];
      assert.ok(store.read(file, from, length)?.equals(content.subarray(from, from + length)));
      assert.equal(store.read(file, content.length, 1)?.length, 0);
      assert.equal(await store.sha256(file), sha256(content));
      const held = store.uploads.report()[0]?.heldBytes ?? 0;
      assert.equal(held, content.length - 3 * PART_SIZE);
    }),
    { numRuns: 10 },
  );
});

test('uploads are kept up to a common limit, and room is freed when one goes', async () => {
  const { store } = openStore({ keptUploadBytes: 30 * MIB });
  const random = seededRandom('limit');
  const upload = async (fileId: bigint, size: number, parts = partCount(size)) => {
    const content = random.bytes(size);
    const sending = { ...ofBuffer(store, content, size > 10 * MIB), fileId };
    for (let index = 0; index < parts; index += 1) await sendPart(sending, index);
    return { content, sending };
  };
  const isBack = ({ sending, content }: Awaited<ReturnType<typeof upload>>) =>
    store.read(finish(sending), 0, content.length)?.equals(content) ?? false;
  const held = () => store.uploads.report().reduce((sum, { heldBytes }) => sum + heldBytes, 0);

  const first = await upload(1n, 12 * MIB);
  assert.ok(isBack(first));
  assert.ok(isBack(first), 'the same upload, sent again, takes no more room');
  // Of the remaining 18 MiB, one upload on its way takes 12, which another can't have until its parts expire.
  await upload(2n, 14 * MIB, 24);
  const beyond = await upload(3n, 12 * MIB);
  assert.equal(isBack(beyond), false);
  assert.equal(store.isLost(finish(beyond.sending)), true);
  assert.equal(await store.sha256(finish(beyond.sending)), sha256(beyond.content), 'its proof is there');
  assert.ok(held() <= 30 * MIB);
  store.uploads.expireParts({ fileId: 2n });
  assert.ok(isBack(await upload(4n, 17 * MIB)));
  // A small upload also needs room to be read back, but none to be a picture or to have its md5 proved.
  const small = await upload(5n, 2 * MIB);
  assert.equal(isBack(small), false);
  const md5 = createHash('md5').update(small.content).digest('hex');
  assert.ok(finish(small.sending, md5));
  assert.ok(isBack(await upload(6n, MIB / 2)));
  assert.ok(isBack(first), 'and what was kept stays');
});

test('large unknown content that is not kept loses its bytes but keeps its proof', async () => {
  const { store } = openStore({ keptUploadBytes: 0 });
  const content = seededRandom('unknown').bytes(12 * MIB);
  const sending = ofBuffer(store, content, true);
  // Ten parts in flight, the first of them the last to arrive.
  for (let index = 1; index < 10; index += 1) await sendPart(sending, index);
  await sendPart(sending, 0);
  for (let index = 10; index < 24; index += 1) await sendPart(sending, index);
  const file = finish(sending);
  assert.equal(await store.sha256(file), sha256(content));
  assert.equal(store.read(file, 0, KIB), undefined);
  assert.equal(store.uploads.report()[0]?.heldBytes, 0);
  const part = content.subarray(3 * PART_SIZE, 4 * PART_SIZE);
  assert.equal(store.uploads.partHash(ME.userId, 1n, 3), sha256(part));
});

test('if the first part of 4 GiB comes last, at most 16 MiB are held, and no unknown hash is claimed', async () => {
  const { store } = openStore({ keptUploadBytes: 10 * MIB });
  const random = seededRandom('late');
  const parts = Array.from({ length: 41 }, () => random.bytes(PART_SIZE));
  const read = (offset: number) => parts[offset / PART_SIZE] ?? assert.fail();
  const sending = { store, size: 4 * GIB, read, big: true };
  const premium = { ...ME, premium: true };
  for (let index = 40; index >= 0; index -= 1) {
    await store.uploads.save(premium, { fileId: 1n, index, total: 8192 / 2, bytes: read(index * PART_SIZE) });
    assert.ok((store.uploads.report()[0]?.heldBytes ?? 0) <= 16 * MIB);
  }
  assert.equal(sending.size / PART_SIZE, 8192);
});

test('a part that comes out of order by more than 16 MiB leaves no SHA-256', async () => {
  const { store } = openStore({ keptUploadBytes: 18 * MIB });
  const content = seededRandom('disorder').bytes(20 * MIB);
  const sending = ofBuffer(store, content, true);
  for (let index = 39; index >= 0; index -= 1) await sendPart(sending, index);
  assert.equal(await store.sha256(finish(sending)), undefined);
});

test('a part may come again: it is counted, and other bytes replace it', async () => {
  const { store } = openStore();
  const content = seededRandom('again').bytes(3 * KIB);
  const sending = ofBuffer(store, Buffer.from(content), false, KIB);
  for (const index of [0, 1, 1, 2, 1]) await sendPart(sending, index);
  assert.deepEqual(store.uploads.report()[0]?.arrivals, [1, 3, 1]);
  const changed = Buffer.concat([content.subarray(0, KIB), Buffer.alloc(KIB), content.subarray(2 * KIB)]);
  await sendPart({ ...sending, read: (offset, length) => changed.subarray(offset, offset + length) }, 1);
  const file = finish(sending);
  assert.deepEqual(store.read(file, 0, MIB), changed);
  assert.equal(await store.sha256(file), sha256(changed));
});

test('parts expire by the clock or by hand; once they are sent again, the upload is complete', async () => {
  const { store, clock } = openStore({ partLifetimeMs: 60_000 });
  const source = addSource(store, 11 * MIB);
  const sending = ofSource(store, source, true);
  for (let index = 0; index < 22; index += 1) await sendPart(sending, index);
  store.uploads.expireParts({ fileId: 1n, parts: [5, 9] });
  assert.throws(() => finish(sending), { code: 400, message: 'FILE_PART_5_MISSING' });
  await sendPart(sending, 5);
  assert.throws(() => finish(sending), { message: 'FILE_PART_9_MISSING' });
  await sendPart(sending, 9);
  assert.equal(await store.sha256(finish(sending)), await store.sha256(source));
  await clock.advance(60_001);
  assert.throws(() => finish(sending), { message: 'FILE_PART_0_MISSING' });
});

test("accounts don't share parts, nor do sessions of one account, nor small and big files", async () => {
  const { store } = openStore();
  const sending = ofBuffer(store, Buffer.alloc(100), false);
  await sendPart(sending, 0);
  const ref = { id: 1n, parts: 1, name: 'a', big: false };
  for (const other of [
    { ...ME, userId: 8 },
    { ...ME, keyId: 71n },
  ])
    assert.throws(() => store.finish(other, ref, AS_DOCUMENT), { message: 'FILE_PART_0_MISSING' });
  assert.throws(() => store.finish(ME, { ...ref, big: true }, AS_DOCUMENT), {
    message: 'FILE_PART_0_MISSING',
  });
});

test('the number of parts in flight is reported, at most and by upload', async () => {
  const { store } = openStore();
  store.uploads.inFlight.hold();
  const sending = ofBuffer(store, seededRandom('flight').bytes(10 * KIB), false, KIB);
  const all = Promise.all(Array.from({ length: 10 }, (_, index) => sendPart(sending, index)));
  await store.uploads.inFlight.reached(10);
  assert.equal(store.uploads.inFlight.now, 10);
  store.uploads.inFlight.release();
  await all;
  const report = store.uploads.report()[0];
  assert.deepEqual([report?.inFlight, report?.inFlightPeak], [0, 10]);
  assert.deepEqual([store.uploads.inFlight.now, store.uploads.inFlight.peak], [0, 10]);
  assert.deepEqual([report?.bytes, report?.arrivals.length], [10 * KIB, 10]);
});

test('an answered part is in flight until its answer has arrived', async () => {
  const clock = new FakeClock();
  const store = new FileStore({ clock, random: seededRandom('latency'), roundTripMs: () => 100 });
  const sending = ofBuffer(store, Buffer.alloc(5 * KIB), false, KIB);
  for (const index of [0, 1, 2]) await sendPart(sending, index);
  assert.equal(store.uploads.inFlight.now, 3);
  await clock.advance(100);
  assert.equal(store.uploads.inFlight.now, 0);
  await sendPart(sending, 3);
  assert.deepEqual([store.uploads.inFlight.now, store.uploads.inFlight.peak], [1, 3]);
});

function shuffled(count: number, keys: fc.Stream<number>): number[] {
  const order = [...keys.take(count)].map((key, index) => ({ key, index }));
  return order.sort((a, b) => a.key - b.key).map(({ index }) => index);
}
