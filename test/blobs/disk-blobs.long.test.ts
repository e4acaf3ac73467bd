import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import fc from 'fast-check';
import { PART_SIZE } from '../../lib/base/bytes.js';
import { SYNC_BYTES } from '../../lib/base/part-file.js';
import { seededRandom } from '../../lib/base/random.js';
import { addressOf } from '../../lib/blobs/address.js';
import { DiskBlobs } from '../../lib/blobs/disk/disk-blobs.js';
import type { Writers } from '../../lib/blobs/disk/writers.js';
import type { BlobStore, BlobWriter } from '../../lib/blobs/store.js';
import { writeBlob } from '../../lib/blobs/write-blob.js';
import { Died, DyingDisk } from '../support/dying-disk.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { signal } = new AbortController();
const SIZES = fc.oneof(
  fc.constantFrom(0, 1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1),
  fc.nat({ max: 3 * PART_SIZE }),
);

/** Processes of the given names, of which all but `own` have ended. */
function alone(own: string): Writers {
  return { own, hasEnded: (other) => other !== own };
}

function contentOf(seed: number, size: number): Buffer {
  return seededRandom(seed).bytes(size);
}

function shaOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function partOf(content: Buffer, index: number): Buffer {
  return content.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
}

async function put(store: BlobStore, content: Buffer, key = 'k'): Promise<string> {
  async function* parts(from: number): AsyncGenerator<Buffer> {
    for (let at = from; at * PART_SIZE < content.byteLength; at += 1) yield partOf(content, at);
  }
  return writeBlob(store, { key, size: content.byteLength, parts }, signal);
}

async function appendUpTo(writer: BlobWriter, content: Buffer, parts: number): Promise<void> {
  while (writer.parts < parts) await writer.append(partOf(content, writer.parts));
}

async function read(store: BlobStore, sha256: string, range = {}): Promise<Buffer> {
  return buffer((await store.open(sha256, range, signal)).stream);
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map(({ name }) => name);
}

test('any content comes back as it was, whole and in any range, and is gone once removed', async (t) => {
  const disk = DyingDisk.install(t);
  const folder = join(temporaryFolder(t), 'data', 'blobs');
  const store = new DiskBlobs(folder);
  const cases = fc.record({ seed: fc.nat(), size: SIZES, from: fc.double({ min: 0, max: 1, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(cases, async ({ seed, size, from }) => {
      const content = contentOf(seed, size);
      const sha256 = await put(store, content);
      assert.equal(sha256, shaOf(content));
      assert.equal(await store.has(sha256, signal), true);
      assert.equal(await store.verify(sha256, signal), size);
      assert.ok((await read(store, sha256)).equals(content));
      const start = Math.floor(from * size);
      const end = start + Math.floor((1 - from) * (size - start));
      assert.ok((await read(store, sha256, { start, end })).equals(content.subarray(start, end)));
      assert.deepEqual(await filesIn(folder), [sha256]);
      assert.equal((await stat(join(folder, addressOf(sha256)))).mode & 0o077, 0);
      assert.deepEqual(
        [await store.remove(sha256, signal), await store.remove(sha256, signal)],
        [true, false],
      );
      assert.equal(await store.has(sha256, signal), false);
      await assert.rejects(store.open(sha256, {}, signal), { code: 'BLOB_MISSING' });
      assert.equal(disk.open, 0, 'no file stays open');
    }),
    { numRuns: 60 },
  );
});

test('a death between any two steps, with or without a loss of power, leaves nothing or the whole blob', async (t) => {
  const disk = DyingDisk.install(t);
  const folder = temporaryFolder(t);
  const content = contentOf(1, 2 * PART_SIZE + 17);
  const sha256 = shaOf(content);
  let runs = 0;
  for (const seed of [0, 1, 2, 3, 4, 5]) {
    const random = seededRandom(seed);
    for (let step = 1, isDone = false; !isDone; step += 1) {
      runs += 1;
      const root = join(folder, `${seed}-${step}`);
      disk.live(step);
      isDone = await put(new DiskBlobs(root, alone('first')), content).then(
        () => true,
        (error) => {
          assert.ok(error instanceof Died || error.cause instanceof Died, String(error));
          return false;
        },
      );
      if (seed > 0) await disk.losePower(() => random.float() < 0.5);
      disk.live();
      const store = new DiskBlobs(root, alone('second'));
      const isThere = await store.has(sha256, signal);
      assert.ok(isThere || !isDone, `seed ${seed}: a finished blob is lost`);
      if (isThere) assert.equal(await store.verify(sha256, signal), content.byteLength, `${seed}-${step}`);
      assert.equal(await put(store, content), sha256);
      assert.ok((await read(store, sha256)).equals(content), `${seed}-${step}`);
      assert.deepEqual(await filesIn(root), [sha256], `${seed}-${step}`);
    }
  }
  assert.ok(runs > 6 * 15, `${runs} runs`);
});

test('a long file is continued after any death, without what a lost machine may not have kept', async (t) => {
  const disk = DyingDisk.install(t);
  const folder = temporaryFolder(t);
  const total = SYNC_BYTES / PART_SIZE + 6;
  const content = contentOf(2, (total - 1) * PART_SIZE + 5);
  let run = 0;
  const deaths = fc.array(fc.integer({ min: 1, max: total }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(deaths, fc.boolean(), async (counts, isPowerLost) => {
      run += 1;
      const root = join(folder, String(run), 'blobs');
      let longest = 0;
      for (const [nth, count] of [...counts, total].entries()) {
        disk.live();
        const store = new DiskBlobs(root, alone(`w${nth}`));
        const writer = await store.write({ key: 'k', size: content.byteLength }, signal);
        const written = Math.min(longest * PART_SIZE, content.byteLength);
        assert.equal(writer.parts, Math.max(0, Math.floor((written - SYNC_BYTES) / PART_SIZE)));
        await appendUpTo(writer, content, count);
        longest = Math.max(longest, count);
        if (nth === counts.length) {
          assert.equal(await writer.finish(), shaOf(content));
          await writer.close();
          await store.verify(shaOf(content), signal);
          assert.deepEqual(await filesIn(root), [shaOf(content)]);
        } else {
          if (isPowerLost) await disk.losePower(() => false);
          disk.live(1);
          await assert.rejects(writer.close(), Died);
        }
      }
    }),
    { numRuns: 8 },
  );
  assert.equal(disk.open, 0);
});

test('two writers at once lose nothing, with one key or two, and a beginning that was kept has one of them', async (t) => {
  const folder = temporaryFolder(t);
  let run = 0;
  const cases = fc.record({
    turns: fc.array(fc.boolean(), { maxLength: 8 }),
    keys: fc.constantFrom(['k', 'k'], ['k', 'other']),
    kept: fc.nat(2),
    size: SIZES,
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ turns, keys, kept, size }) => {
      run += 1;
      const root = join(folder, String(run));
      const content = contentOf(size, size);
      const parts = Math.ceil(size / PART_SIZE);
      const [one, other] = [new DiskBlobs(root), new DiskBlobs(root)];
      const before = await one.write({ key: 'k', size }, signal);
      await appendUpTo(before, content, Math.min(kept, parts));
      await before.close();
      const writers = await Promise.all([
        one.write({ key: keys[0] ?? '', size }, signal),
        other.write({ key: keys[1] ?? '', size }, signal),
      ]);
      for (const turn of turns) {
        const writer = writers[Number(turn)] ?? assert.fail();
        await appendUpTo(writer, content, Math.min(writer.parts + 1, parts));
      }
      const ends = writers.map(async (writer) => {
        await appendUpTo(writer, content, parts);
        const sha256 = await writer.finish();
        await writer.close();
        return sha256;
      });
      assert.deepEqual(await Promise.all(ends), [shaOf(content), shaOf(content)]);
      assert.deepEqual(await filesIn(root), [shaOf(content)]);
      await one.verify(shaOf(content), signal);
    }),
    { numRuns: 40 },
  );
});

test('a writer whose content is wrong neither becomes a blob nor touches the one that another writer finished', async (t) => {
  const root = temporaryFolder(t);
  const store = new DiskBlobs(root);
  const content = contentOf(3, 2 * PART_SIZE);
  const sha256 = shaOf(content);
  const wrong = await store.write({ key: 'k', size: content.byteLength, sha256 }, signal);
  await wrong.append(partOf(content, 0));
  await put(store, content);
  await wrong.append(contentOf(4, PART_SIZE));
  await assert.rejects(wrong.finish(), { code: 'BLOB_DIFFERS' });
  await wrong.close();
  assert.deepEqual(await filesIn(root), [sha256]);
  await store.verify(sha256, signal);
});

test('parts of another length and missing parts are refused, and the next writer continues', async (t) => {
  const root = temporaryFolder(t);
  const store = new DiskBlobs(root);
  const content = contentOf(5, PART_SIZE + 10);
  const writer = await store.write({ key: 'k', size: content.byteLength }, signal);
  for (const length of [0, PART_SIZE - 1, PART_SIZE + 1])
    await assert.rejects(writer.append(Buffer.alloc(length)), { code: 'BLOB_CUT' });
  await writer.append(partOf(content, 0));
  await assert.rejects(writer.append(Buffer.alloc(11)), {
    code: 'BLOB_CUT',
    message: /part 1 came with 11 bytes instead of 10/,
  });
  await assert.rejects(writer.finish(), { code: 'BLOB_CUT', message: /1 of its 2 parts came/ });
  await writer.close();
  await writer.close();
  assert.deepEqual(await filesIn(root), ['k.part']);
  assert.equal(await put(store, content), shaOf(content));
  assert.deepEqual(await filesIn(root), [shaOf(content)]);
});

test('verify finds any changed, missing or added byte, and writing the same again repairs the blob', async (t) => {
  const store = new DiskBlobs(temporaryFolder(t));
  const damage = fc.record({
    seed: fc.nat(),
    size: SIZES.filter((size) => size > 0),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    bit: fc.nat(7),
    kind: fc.constantFrom('changed', 'missing', 'added'),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ seed, size, at, bit, kind }) => {
      const content = contentOf(seed, size);
      const sha256 = await put(store, content);
      const path = join(store.place, addressOf(sha256));
      const place = Math.floor(at * size);
      if (kind === 'missing') await truncate(path, place);
      else if (kind === 'added') await appendFile(path, 'x');
      else {
        const bytes = await readFile(path);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        await writeFile(path, bytes);
      }
      await assert.rejects(store.verify(sha256, signal), {
        code: 'BLOB_DAMAGED',
        message: /remove the file/,
      });
      await put(store, content);
      await store.verify(sha256, signal);
    }),
    { numRuns: 40 },
  );
});

test('a blob that shrinks while it is read fails the stream, and an abort ends it with its reason', async (t) => {
  const disk = DyingDisk.install(t);
  const store = new DiskBlobs(temporaryFolder(t));
  const content = contentOf(6, 4 * PART_SIZE);
  const sha256 = await put(store, content);
  const { stream } = await store.open(sha256, {}, signal);
  await truncate(join(store.place, addressOf(sha256)), PART_SIZE);
  await assert.rejects(buffer(stream), { code: 'BLOB_DAMAGED' });
  await put(store, content);
  const stop = new AbortController();
  const verified = store.verify(sha256, stop.signal);
  stop.abort(new Error('stopped'));
  await assert.rejects(verified, /^Error: stopped$/);
  await assert.rejects(store.write({ key: 'k', size: 1 }, stop.signal), /^Error: stopped$/);
  await assert.rejects(store.has(sha256, stop.signal), /^Error: stopped$/);
  for (const range of [{ start: -1 }, { start: 2, end: 1 }, { end: content.byteLength + 1 }, { start: 0.5 }])
    await assert.rejects(store.open(sha256, range, signal), RangeError);
  assert.equal(disk.open, 0);
});

test('what the disk refuses is said with what to do, and no name leads out of the folder', async (t) => {
  const folder = temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const blocked = new DiskBlobs(join(folder, 'file', 'blobs'));
  await assert.rejects(put(blocked, Buffer.from('x')), { code: 'BLOB_NOT_WRITTEN', message: /--data-dir/ });
  const store = new DiskBlobs(folder);
  const sha256 = shaOf(Buffer.from('x'));
  await mkdir(join(folder, addressOf(sha256)), { recursive: true });
  await assert.rejects(put(store, Buffer.from('x')), { code: 'BLOB_NOT_WRITTEN' });
  await assert.rejects(store.has(sha256, signal), { code: 'BLOB_DAMAGED' });
  for (const name of ['', '../file', sha256.toUpperCase(), `${sha256}0`]) {
    await assert.rejects(store.has(name, signal), RangeError);
    await assert.rejects(store.remove(name, signal), RangeError);
  }
  for (const key of ['', '../k', 'a~b', 'x'.repeat(65)])
    await assert.rejects(store.write({ key, size: 1 }, signal), RangeError);
});

test('what is left of a file stays with its writer while that lives, and is removed by its age', async (t) => {
  const root = temporaryFolder(t);
  const content = contentOf(7, 2 * PART_SIZE);
  const first = await new DiskBlobs(root).write({ key: 'k', size: content.byteLength }, signal);
  await first.append(partOf(content, 0));
  const store = new DiskBlobs(root);
  await put(store, content);
  const [name = assert.fail()] = await readdir(join(root, 'incoming'));
  assert.equal(await store.sweep(0, signal), 0);
  await utimes(join(root, 'incoming', name), 1, 1);
  assert.equal(await store.sweep(2000, signal), 1);
  await first.close();
  assert.deepEqual(await filesIn(root), [shaOf(content)]);
});
