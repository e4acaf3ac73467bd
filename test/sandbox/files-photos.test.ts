import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { FileStore } from '../../lib/sandbox/files/file-store.js';
import { imageSize } from '../../lib/sandbox/files/image-size.js';
import { drawJpeg } from '../../lib/sandbox/files/jpeg.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { FakeClock } from '../support/fake-clock.js';

const ME = { userId: 7, keyId: 70n, premium: false };

function openStore(redrawsPhotos: boolean): FileStore {
  return new FileStore({ clock: new FakeClock(), random: seededRandom('photos'), redrawsPhotos });
}

let uploads = 0n;

async function uploaded(store: FileStore, bytes: Buffer): Promise<StoredFile> {
  const fileId = ++uploads;
  const parts = partCount(bytes.length);
  for (let index = 0; index < parts; index++) {
    const part = bytes.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
    await store.uploads.save(ME, { fileId, index, total: undefined, bytes: part });
  }
  return store.finish(ME, { id: fileId, parts, name: 'p.jpg', big: false }, { kind: 'photo', dcId: 1 });
}

function bytesOf(store: FileStore, file: StoredFile, size = ''): Buffer {
  return store.read(file, 0, 10_000_000, size) ?? assert.fail();
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The levels of grey of the blocks of a picture that drawJpeg has drawn, by its own tables of codes. */
function levels(jpeg: Buffer): number[] {
  const quantum = jpeg[jpeg.indexOf(Buffer.from([0xff, 0xdb])) + 5] ?? 0;
  const start = jpeg.indexOf(Buffer.from([0xff, 0xda])) + 10;
  const body = jpeg.subarray(start, -2).filter((byte, at, all) => !(byte === 0 && all[at - 1] === 0xff));
  const bits = [...body].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const size = imageSize(jpeg) ?? assert.fail();
  const blocks = Math.ceil(size.width / 8) * Math.ceil(size.height / 8);
  const found: number[] = [];
  let at = 0;
  const take = (count: number): string => {
    at += count;
    return bits.slice(at - count, at);
  };
  for (let level = 0; found.length < blocks; ) {
    const category = { '00': 0, '01': 1, '10': 2 }[take(2)] ?? (take(1) === '0' ? 3 : assert.fail());
    const value = category === 0 ? 0 : Number.parseInt(take(category), 2);
    level += category === 0 || value >= 1 << (category - 1) ? value : value - (1 << category) + 1;
    assert.equal(take(1), '0', 'the block ends');
    found.push((level * quantum) / 8);
  }
  return found;
}

function difference(one: Buffer, other: Buffer): number {
  const [a, b] = [levels(one), levels(other)];
  return a.reduce((sum, level, at) => sum + Math.abs(level - (b[at] ?? 0)), 0) / a.length;
}

test('a photo is drawn again each time: other bytes, the same picture and dimensions, and a hash of its own', async () => {
  const store = openStore(true);
  const source = store.add({ kind: 'photo', dcId: 1, width: 1280, height: 853, seed: 'sea', size: 60_000 });
  const original = bytesOf(store, source);
  const first = await uploaded(store, original);
  const second = await uploaded(store, bytesOf(store, first));
  const seen = [original, bytesOf(store, first), bytesOf(store, second)];
  assert.equal(new Set(seen.map(sha256)).size, 3);
  for (const [index, file] of [first, second].entries()) {
    const bytes = seen[index + 1] ?? assert.fail();
    assert.deepEqual(imageSize(bytes), { width: 1280, height: 853 });
    assert.equal(file.size, bytes.length);
    assert.equal(await store.sha256(file), sha256(bytes));
    assert.ok(difference(original, bytes) < 1, `${difference(original, bytes)} levels of grey`);
  }
  const other = drawJpeg('land', 1280, 853);
  assert.ok(difference(original, other) > 5, 'another picture looks different');
  const [small, copied] = [source, first].map((file) => bytesOf(store, file, 'm'));
  assert.ok(small && copied && difference(small, copied) < 1, 'smaller sizes show the same picture');
});

test('a picture that nobody here has drawn gets other bytes, too', async () => {
  const store = openStore(true);
  const picture = drawJpeg('from elsewhere', 640, 480);
  const first = bytesOf(store, await uploaded(store, picture));
  const again = bytesOf(store, await uploaded(store, first));
  assert.equal(new Set([picture, first, again].map(sha256)).size, 3);
  for (const bytes of [first, again]) {
    assert.deepEqual(imageSize(bytes), { width: 640, height: 480 });
    assert.deepEqual(levels(bytes), levels(picture));
  }
});

test('unless photos are drawn again, they stay as they were uploaded', async () => {
  const store = openStore(false);
  const picture = drawJpeg('kept', 640, 480);
  const file = await uploaded(store, picture);
  assert.deepEqual(bytesOf(store, file), picture);
  assert.equal(await store.sha256(file), sha256(picture));
});

test('a drawn picture that comes back is known, so that what is drawn from it shows the same picture', async () => {
  const store = openStore(true);
  const original = store.add({ kind: 'photo', dcId: 1, seed: 'dunes', width: 640, height: 480 });
  const copy = await uploaded(store, bytesOf(store, original));
  const again = await uploaded(store, bytesOf(store, copy));
  const picture = ({ content }: StoredFile) => content.kind === 'seed' && content.seed;
  assert.deepEqual([original, copy, again].map(picture), ['dunes', 'dunes', 'dunes']);
  assert.notDeepEqual(bytesOf(store, copy), bytesOf(store, original));
});
