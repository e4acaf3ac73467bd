import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskPlace } from '../../lib/download/disk-place.js';
import { LeftParts } from '../../lib/download/left-parts.js';
import { lockPart } from '../../lib/download/part-lock.js';
import { partPathOf } from '../../lib/download/receive-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const signal = new AbortController().signal;
const MODIFIED = 1_709_663_409;

test('a second name is a link or a copy, announced before it is given, and takes no name from another file', async (t) => {
  const folder = temporaryFolder(t);
  const place = diskPlace(folder);
  const from = join(folder, 'a.bin');
  await writeFile(from, 'content');
  await mkdir(join(folder, 'b'));
  await writeFile(join(folder, 'b', 'a.bin'), 'mine');
  const announced: string[] = [];
  const name = {
    from,
    wanted: 'b/a.bin',
    key: 'k',
    owner: 'message 9',
    modified: MODIFIED,
    signal,
    async onName(path: string) {
      await assert.rejects(stat(path), { code: 'ENOENT' });
      announced.push(path);
    },
  };
  const linked = await place.link(name);
  const copied = await place.copy(name);
  assert.deepEqual(
    [linked, copied],
    [
      { path: join(folder, 'b', 'a (2).bin'), how: 'linked' },
      { path: join(folder, 'b', 'a (3).bin'), how: 'copied' },
    ],
  );
  assert.deepEqual(announced, [linked.path, copied.path]);
  assert.equal((await stat(linked.path)).ino, (await stat(from)).ino);
  assert.notEqual((await stat(copied.path)).ino, (await stat(from)).ino);
  assert.equal((await stat(copied.path)).mtimeMs, MODIFIED * 1000);
  assert.equal(await readFile(join(folder, 'b', 'a.bin'), 'utf8'), 'mine');
  assert.deepEqual((await readdir(join(folder, 'b'))).sort(), ['a (2).bin', 'a (3).bin', 'a.bin']);
});

test('what a copy that was cut off has left is continued by no download, and removed by whoever has the content', async (t) => {
  const folder = temporaryFolder(t);
  const place = diskPlace(folder);
  const from = join(folder, 'a.bin');
  await writeFile(from, 'content');
  const name = { from, wanted: 'new/b.bin', key: 'k', owner: 'message 9', modified: MODIFIED, signal };
  let underWay: string[] = [];
  const onName = async (): Promise<void> => {
    underWay = (await readdir(join(folder, 'new'))).sort();
    throw new Error('died');
  };
  await assert.rejects(place.copy({ ...name, onName }), /died/);
  const part = partPathOf(join(folder, 'new', 'b.bin'), 'k');
  const [left = ''] = (await readdir(join(folder, 'new'))).map((each) => join(folder, 'new', each));
  assert.notEqual(left, part);
  assert.deepEqual(await readdir(join(folder, 'new')), ['b.bin~k.part']);
  assert.ok(underWay.includes('b.bin.k.lock'), 'no download has the name meanwhile');
  assert.deepEqual(await place.filesOfSize(7, signal), [from]);

  const lock = lockPart(part);
  await new LeftParts(folder, signal).adopt(part, 'k');
  lock.release();
  await assert.rejects(stat(part), { code: 'ENOENT' });
  await assert.rejects(stat(left), { code: 'ENOENT' });

  for (const remove of [
    () => new LeftParts(folder, signal).remove('k'),
    () => place.discard({ path: 'new/b.bin', key: 'k' }),
  ]) {
    await mkdir(join(folder, 'new'), { recursive: true });
    await writeFile(left, 'half');
    assert.equal(await new LeftParts(folder, signal).isEmpty(), false);
    await remove();
    assert.equal(await new LeftParts(folder, signal).isEmpty(), true);
  }

  // Its process died when the copy had its name, and its lock was there yet.
  await mkdir(join(folder, 'new'), { recursive: true });
  await writeFile(join(folder, 'new', 'b.bin~k.lock'), '');
  await place.discard({ path: 'new/b.bin', key: 'k' });
  assert.deepEqual(await readdir(join(folder, 'new')), []);

  await mkdir(join(folder, 'new'), { recursive: true });
  await writeFile(left, 'half a copy');
  await writeFile(part, 'half a download');
  const { path } = await place.copy({ ...name, onName: async () => {} });
  assert.equal(await readFile(path, 'utf8'), 'content');
  assert.deepEqual(await readdir(join(folder, 'new')), ['b.bin'], 'neither is needed any more');
});

test('what another process completes while its lock is waited for is neither moved nor an error', async (t) => {
  const folder = temporaryFolder(t);
  const left = join(folder, 'old', 'a.bin.k.part');
  const part = join(folder, 'new', 'a.bin.k.part');
  for (const gone of [left, join(folder, 'old')]) {
    for (const work of ['adopt', 'remove'] as const) {
      await mkdir(join(folder, 'old'), { recursive: true });
      await writeFile(left, 'half');
      const parts = new LeftParts(folder, signal, (path) => {
        rmSync(gone, { recursive: true });
        return lockPart(path);
      });
      await (work === 'adopt' ? parts.adopt(part, 'k') : parts.remove('k'));
      await assert.rejects(stat(part), { code: 'ENOENT' });
      assert.equal(await parts.isEmpty(), true);
    }
  }
});

test('the lock of a process that died when its file had its name goes, unless it is held or a person has written it', async (t) => {
  const folder = temporaryFolder(t);
  const part = partPathOf(join(folder, 'new', 'a.bin'), 'k');
  const held = join(folder, 'old', 'a.bin.k.part');
  const works = [
    (parts: LeftParts) => parts.remove('k'),
    async (parts: LeftParts) => {
      await mkdir(join(folder, 'new'), { recursive: true });
      const lock = lockPart(part);
      await parts.adopt(part, 'k');
      lock.release();
    },
  ];
  for (const work of works) {
    await mkdir(join(folder, 'old'), { recursive: true });
    await writeFile(join(folder, '.telepi.lock'), '');
    for (const name of ['a.bin.k.lock', 'b.bin~k.lock', 'c.bin.other.lock'])
      await writeFile(join(folder, 'old', name), '');
    await writeFile(join(folder, 'old', 'mine.k.lock'), 'words');
    const lock = lockPart(held);
    const parts = new LeftParts(folder, signal);
    await work(parts);
    assert.deepEqual((await readdir(join(folder, 'old'))).sort(), [
      'a.bin.k.lock',
      'c.bin.other.lock',
      'mine.k.lock',
    ]);
    lock.release();
    assert.equal(await parts.isEmpty(), false);
    await parts.remove('other');
    assert.equal(await parts.isEmpty(), true);
    assert.equal(await new LeftParts(folder, signal).isEmpty(), true);
    assert.deepEqual(await readdir(join(folder, 'old')), ['mine.k.lock']);
  }
  await rm(join(folder, 'old'), { recursive: true });
  await mkdir(join(folder, 'old'));
  await writeFile(join(folder, 'old', 'a.bin.k.lock'), '');
  await new LeftParts(folder, signal).remove('k');
  await assert.rejects(stat(join(folder, 'old')), { code: 'ENOENT' });
});

test('files are found by their size, links not followed, and read in any range', async (t) => {
  const folder = temporaryFolder(t);
  const place = diskPlace(join(folder, 'out'));
  assert.deepEqual(await place.filesOfSize(7, signal), []);
  const later = diskPlace(join(folder, 'out'));
  await mkdir(join(folder, 'out', 'deep', 'er'), { recursive: true });
  const path = join(folder, 'out', 'deep', 'er', 'x');
  await writeFile(path, 'content');
  await writeFile(join(folder, 'out', 'other.part'), 'content');
  await writeFile(join(folder, 'out', 'longer'), 'contents');
  await symlink(folder, join(folder, 'out', 'up'));
  await link(path, join(folder, 'out', 'y'));
  assert.deepEqual([...(await later.filesOfSize(7, signal))].sort(), [path, join(folder, 'out', 'y')]);
  const pieces: Uint8Array[] = [];
  for await (const piece of later.read(path, { offset: 2, length: 3 }, signal)) pieces.push(piece);
  assert.equal(Buffer.concat(pieces).toString(), 'nte');
  assert.equal((await later.stat(path, signal))?.size, 7);
  assert.equal(await later.stat(join(folder, 'out', 'deep'), signal), undefined);
  assert.equal(await later.stat(join(path, 'below'), signal), undefined);
});

test('of those who write one file one has the right to, until it ends', async (t) => {
  const folder = temporaryFolder(t);
  const part = join(folder, 'x.k.part');
  const lock = lockPart(part);
  assert.throws(() => lockPart(part), { code: 'FILE_BUSY' });
  lockPart(join(folder, 'y.k.part')).release();
  lock.release();
  lockPart(part).release();
  assert.deepEqual(await readdir(folder), []);
});
