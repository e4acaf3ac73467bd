// Files onto the disk, through the real client, against the sandbox over TCP.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { LARGEST_REQUEST, PART_SIZE } from '../../lib/base/bytes.js';
import { SYNC_BYTES } from '../../lib/base/part-file.js';
import { type ReceiveOptions, receiveFile } from '../../lib/download/receive-file.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import type { PartSource } from '../../lib/transfer/transfer.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { TransferScene } from '../support/transfer-scene.js';

const SIZES = [1, PART_SIZE, 3 * PART_SIZE + 17, SYNC_BYTES + 5 * PART_SIZE + 1];
const MODIFIED = Date.UTC(2024, 2, 5, 18, 30, 9) / 1000;

let scene: TransferScene;

before(async () => {
  scene = await TransferScene.start(SIZES);
});

after(() => scene?.close());

beforeEach(() => {
  scene.sandbox.weather.change(FAIR_WEATHER);
});

async function optionsFor(
  nth: number,
  path: string,
  changes: Partial<ReceiveOptions> = {},
): Promise<ReceiveOptions> {
  const { name, size, source, budget, signal, clock } = await scene.optionsFor(
    scene.files[nth] ?? assert.fail(),
  );
  return { name, size, source, budget, signal, clock, path, key: `k${nth}`, modified: MODIFIED, ...changes };
}

async function assertWhole(path: string, nth: number): Promise<void> {
  const bytes = await readFile(path);
  const due = await scene.sandbox.files.sha256(scene.files[nth]?.stored ?? assert.fail());
  assert.equal(createHash('sha256').update(bytes).digest('hex'), due);
  assert.equal((await stat(path)).mtimeMs, MODIFIED * 1000);
}

test('a file is written whole, with its time, and nothing else is left', async (t) => {
  const folder = temporaryFolder(t);
  for (const [nth, size] of SIZES.entries()) {
    const path = join(folder, 'a', String(nth), 'film.mkv');
    const options = await optionsFor(nth, path, { verifySource: nth === 2 });
    const received = await receiveFile(options);
    assert.deepEqual([received.path, received.bytesBefore], [path, 0]);
    await assertWhole(path, nth);
    assert.equal(
      received.sha256,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
    assert.deepEqual(await readdir(join(folder, 'a', String(nth))), ['film.mkv'], `size ${size}`);
    assert.equal(options.budget.heldBytes, 0);
  }
  await scene.assertQuiet();
});

test('a file is asked for in blocks of 1 MiB, and in parts by a budget that holds only a few blocks', async (t) => {
  const folder = temporaryFolder(t);
  const nth = SIZES.length - 1;
  const size = SIZES[nth] ?? assert.fail();
  for (const [limit, requestSize] of [
    [500_000_000, LARGEST_REQUEST],
    [1_000_000, PART_SIZE],
  ] as const) {
    const path = join(folder, String(limit), 'film.mkv');
    const requests = (): number => scene.sandbox.weather.report().requests['upload.GetFile'] ?? 0;
    const earlier = requests();
    const budget = new ByteBudget(limit);
    await receiveFile(await optionsFor(nth, path, { budget }));
    await assertWhole(path, nth);
    assert.equal(requests() - earlier, Math.ceil(size / requestSize));
    assert.equal(budget.heldBytes, 0);
  }
});

test('a file cut off at any moment is continued, and what a lost machine may not have kept is read again', async (t) => {
  const folder = temporaryFolder(t);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 69 }),
      fc.option(fc.nat(SYNC_BYTES)),
      async (cutAfter, lost) => {
        run += 1;
        const path = join(folder, String(run), 'film.mkv');
        const cut = new AbortController();
        const stopped = await optionsFor(3, path, {
          signal: cut.signal,
          onProgress: ({ bytesUp }) => {
            if (bytesUp >= cutAfter * PART_SIZE) cut.abort(new Error('cut off'));
          },
        });
        await assert.rejects(receiveFile(stopped), /^Error: cut off$/);
        assert.equal(stopped.budget.heldBytes, 0);
        const [part = assert.fail(), ...others] = await readdir(join(folder, String(run)));
        assert.deepEqual([part, others], ['film.mkv.k3.part', []]);
        const partFile = join(folder, String(run), part);
        const { size: length } = await stat(partFile);
        if (lost !== null) {
          // The machine lost its power before the file was closed: the length was noted, and the content was not.
          await truncate(partFile, Math.max(0, length - lost));
          await truncate(partFile, length);
          await utimes(partFile, MODIFIED, MODIFIED);
        }
        const received = await receiveFile(await optionsFor(3, path));
        const durable = lost === null ? length : length - SYNC_BYTES;
        const kept = Math.max(0, Math.floor(durable / PART_SIZE)) * PART_SIZE;
        assert.equal(received.bytesBefore, kept);
        await assertWhole(path, 3);
        assert.deepEqual(await readdir(join(folder, String(run))), ['film.mkv']);
      },
    ),
    { numRuns: 6, examples: [[20, null]] },
  );
});

test('with verifySource what an earlier run has left is compared, too', async (t) => {
  const path = join(temporaryFolder(t), 'film.mkv');
  const cut = new AbortController();
  const stopped = await optionsFor(3, path, {
    signal: cut.signal,
    onProgress: ({ bytesUp }) => bytesUp >= 40 * PART_SIZE && cut.abort(new Error('cut off')),
  });
  await assert.rejects(receiveFile(stopped), /cut off/);
  const part = await open(`${path}.k3.part`, 'r+');
  const { mtime } = await part.stat();
  const wrong = 25 * PART_SIZE + 300_000;
  await part.write(Buffer.from([((await byteAt(part, wrong)) ?? 0) ^ 1]), 0, 1, wrong);
  await part.utimes(mtime, mtime);
  await part.close();
  const received = await receiveFile(await optionsFor(3, path, { verifySource: true }));
  assert.equal(received.bytesBefore, 25 * PART_SIZE);
  await assertWhole(path, 3);
});

async function byteAt(file: Awaited<ReturnType<typeof open>>, at: number): Promise<number | undefined> {
  return (await file.read(Buffer.alloc(1), 0, 1, at)).buffer[0];
}

test('no file is overwritten: a number is added, and a name that was taken before a crash is recognised', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'film.mkv');
  await writeFile(path, 'mine');
  const second = await receiveFile(await optionsFor(2, path));
  assert.equal(second.path, join(folder, 'film (2).mkv'));
  await assertWhole(second.path, 2);
  const third = await receiveFile(await optionsFor(2, path));
  assert.equal(third.path, join(folder, 'film (3).mkv'));
  assert.equal(await readFile(path, 'utf8'), 'mine');
  const { claimName } = await import('../../lib/download/claim-name.js');
  const { link } = await import('node:fs/promises');
  await link(third.path, `${third.path}.part`);
  assert.equal(await claimName(`${third.path}.part`, third.path), third.path);
  assert.deepEqual((await readdir(folder)).sort(), ['film (2).mkv', 'film (3).mkv', 'film.mkv']);
});

test('a file that is shorter or other than announced is never called done', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'film.mkv');
  const right = await optionsFor(2, path);
  const announced = await optionsFor(2, join(temporaryFolder(t), 'film.mkv'));
  for (const size of [right.size + 1, right.size + PART_SIZE]) {
    await assert.rejects(
      receiveFile({ ...announced, size }),
      /(?:was announced with|came with) .* neither sent nor saved/,
    );
  }
  const wrong: PartSource = {
    hashes: (offset, signal) => right.source.hashes?.(offset, signal) ?? assert.fail(),
    async *open(range, lease, signal) {
      for await (const part of right.source.open(range, lease, signal)) {
        const bytes = Buffer.from(part.bytes);
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        yield { ...part, bytes };
      }
    },
  };
  const misread: number[] = [];
  const onMisread = (index: number) => misread.push(index);
  await assert.rejects(receiveFile({ ...right, source: wrong, verifySource: true, onMisread }), {
    code: 'SOURCE_MISMATCH',
  });
  assert.deepEqual(misread, [0, 0]);
  assert.deepEqual(await readdir(folder), ['film.mkv.k2.part']);
  await receiveFile({ ...right, verifySource: true });
  await assertWhole(path, 2);
});

test('what the disk refuses is said with what to do, and a link in place of the file is not followed', async (t) => {
  const folder = temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(receiveFile(await optionsFor(0, join(folder, 'file', 'film.mkv'))), {
    code: 'FILE_NOT_WRITTEN',
    message: /a file is where a folder should be\. Move it away/,
  });
  await writeFile(join(folder, 'secret'), 'mine');
  await symlink(join(folder, 'secret'), join(folder, 'film.mkv.k0.part'));
  await mkdir(join(folder, 'other.mkv.k0.part'));
  for (const name of ['film.mkv', 'other.mkv']) {
    await assert.rejects(receiveFile(await optionsFor(0, join(folder, name))), {
      code: 'FILE_NOT_WRITTEN',
      message: /a folder or a link is where the file should be/,
    });
  }
  assert.equal(await readFile(join(folder, 'secret'), 'utf8'), 'mine');
});
