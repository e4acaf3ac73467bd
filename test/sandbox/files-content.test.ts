import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { GIB, KIB, MIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import { imageSize } from '../../lib/sandbox/files/image-size.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { FakeClock } from '../support/fake-clock.js';

function openStore(): FileStore {
  return new FileStore({ clock: new FakeClock(), random: seededRandom('files') });
}

function addDocument(store: FileStore, size: number, seed: string, mimeType = 'video/mp4'): StoredFile {
  return store.add({ kind: 'document', size, seed, dcId: 1, mimeType, attributes: [] });
}

function readAll(store: FileStore, file: StoredFile): Buffer {
  return store.read(file, 0, file.size) ?? assert.fail('the bytes are lost');
}

test('content is a function of seed and offset: any piece is the same as that piece of the whole', () => {
  const whole = readAll(openStore(), addDocument(openStore(), 300_000, 'one'));
  fc.assert(
    fc.property(fc.nat(310_000), fc.nat(70_000), (offset, length) => {
      const store = openStore();
      const piece = store.read(addDocument(store, 300_000, 'one'), offset, length);
      assert.deepEqual(piece, whole.subarray(offset, offset + length));
    }),
  );
});

test('another seed gives other content, and content begins as its type requires', () => {
  const store = openStore();
  const [one, two] = [addDocument(store, 4096, 'one'), addDocument(store, 4096, 'two')];
  assert.notDeepEqual(readAll(store, one).subarray(64), readAll(store, two).subarray(64));
  assert.equal(readAll(store, one).toString('latin1', 4, 12), 'ftypisom');
  assert.equal(
    readAll(store, addDocument(store, 64, 'pdf', 'application/pdf')).toString('latin1', 0, 5),
    '%PDF-',
  );
});

test('the end of a 4 GiB file is read without reading the bytes before it', () => {
  const store = openStore();
  const file = addDocument(store, 4 * GIB, 'huge');
  const tail = store.read(file, 4 * GIB - 10, 1 * MIB);
  assert.equal(tail?.length, 10);
  assert.equal(store.read(file, 4 * GIB, 1 * MIB)?.length, 0);
  assert.notDeepEqual(store.read(file, 4 * GIB - 512 * KIB, 64), store.read(file, 512 * KIB, 64));
});

test('the SHA-256 of a file is that of its bytes, whatever its size', async () => {
  const store = openStore();
  for (const size of [0, 1, 15, 16, 17, MIB - 1, MIB, 3 * MIB + 5]) {
    const file = addDocument(store, size, `size ${size}`);
    const expected = createHash('sha256').update(readAll(store, file)).digest('hex');
    assert.equal(await store.sha256(file), expected);
  }
});

test('computing a SHA-256 lets others run', async () => {
  const store = openStore();
  let turns = 0;
  let done = false;
  const hash = store.sha256(addDocument(store, 16 * MIB, 'long')).finally(() => {
    done = true;
  });
  while (!done) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await hash;
  assert.ok(turns >= 16, `others had only ${turns} turns`);
});

test('a photo has its sizes, each a JPEG with the stated width and height', () => {
  const store = openStore();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2560 }), fc.integer({ min: 1, max: 2560 }), (width, height) => {
      const photo = store.add({ kind: 'photo', width, height, dcId: 2 });
      const largest = photo.sizes[photo.sizes.length - 1];
      assert.deepEqual([largest?.width, largest?.height, largest?.size], [width, height, photo.size]);
      for (const { type, width: w, height: h, size } of photo.sizes) {
        const bytes = store.read(photo, 0, MIB, type) ?? assert.fail();
        assert.equal(bytes.length, Math.min(size, MIB));
        assert.deepEqual(imageSize(bytes), { width: w, height: h });
      }
    }),
    { numRuns: 20 },
  );
});

test('a photo of a given number of bytes is a JPEG followed by seeded bytes', () => {
  const store = openStore();
  const photo = store.add({ kind: 'photo', width: 640, height: 480, size: 200_000, dcId: 2 });
  assert.deepEqual(
    photo.sizes.map(({ type }) => type),
    ['m', 'x'],
  );
  assert.equal(readAll(store, photo).length, 200_000);
  assert.throws(() => store.add({ kind: 'photo', width: 640, height: 480, size: 100, dcId: 2 }), RangeError);
});
