// Files into buckets, through the real client, from the sandbox over TCP to S3 servers that others wrote.
import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { type BucketScene, MODIFIED, openBucket } from '../support/bucket-scene.js';
import { S3_INSTALLS, S3_PROGRAMS, type S3Program } from '../support/s3-program.js';
import { type Fault, S3Server } from '../support/s3-server.js';
import { TransferScene } from '../support/transfer-scene.js';

const SIZES = [1, PART_SIZE + 1, 8 * MIB, 8 * MIB + 1, 20 * MIB + 7, 20 * MIB + 7];
const [TINY, SMALL, LONG, LONGER, SAME] = [0, 1, 3, 4, 5];

let telegram: TransferScene;

before(async () => {
  telegram = await TransferScene.start(SIZES);
});

after(() => telegram?.close());

for (const kind of S3_PROGRAMS) describe(kind, () => suite(kind));

function suite(kind: S3Program): void {
  /** rclone writes over an object, whatever the request says. */
  const knowsConditions = kind !== 'rclone';
  /** moto does so when it copies. */
  const copiesByConditions = kind === 'seaweedfs';
  let server: S3Server | undefined;

  before(async () => {
    server = await S3Server.start(kind);
  });

  after(() => server?.close());

  beforeEach(() => {
    if (!server) return;
    server.fault = () => undefined;
    server.requests.length = 0;
  });

  async function sceneFor(t: TestContext): Promise<BucketScene | undefined> {
    if (!server) {
      t.skip(`skipped: install the S3 server first: ${S3_INSTALLS[kind]}`);
      return undefined;
    }
    return openBucket(t, server, telegram);
  }

  test('a file is written whole, with its time, type and hash, and nothing else is left', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    const place = scene.open();
    assert.equal(place.words, `s3://${scene.bucket}/my files`);
    for (const [nth, size] of SIZES.slice(0, SAME).entries()) {
      const file = await scene.fileOf(nth, `chat/späth & co ${nth}.bin`, { verifySource: nth === SMALL });
      const named: string[] = [];
      const onComplete = async (...words: string[]) => named.push(words.join(' ')) > 0;
      const received = await place.receive({ ...file, onComplete, mime: 'video/mp4' });
      const path: string = `${scene.root}chat/späth & co ${nth}.bin`;
      assert.deepEqual([received.path, received.bytesBefore], [path, 0]);
      assert.deepEqual(named, [`${received.sha256} ${path}`]);
      assert.equal(file.budget.heldBytes, 0);
      await scene.assertWhole(path, nth);
      const found = await scene.requests.find(`my files/chat/späth & co ${nth}.bin`, file.signal);
      assert.deepEqual([found?.modified, found?.type], [MODIFIED, 'video/mp4']);
      assert.deepEqual(await place.filesOfSize(size, file.signal), nth === 0 ? [path] : []);
    }
    assert.equal((await scene.left()).split('|')[1], '');
    assert.equal(await scene.notes(), 0);
    const from = `${scene.root}chat/späth & co 4.bin`;
    const name = { from, key: 'k', owner: 'message 9', modified: 99 };
    const announced: string[] = [];
    const onName = async (path: string) => void announced.push(path);
    const copied = await place.copy({ ...name, wanted: 'b/copy.bin', onName, signal: telegram.never });
    assert.deepEqual(copied, { path: `${scene.root}b/copy.bin`, how: 'copied' });
    await scene.assertWhole(copied.path, LONGER, 99);
    const again = await place.link({ ...name, wanted: 'b/copy.bin', onName, signal: telegram.never });
    assert.deepEqual([again, announced], [copied, [copied.path, copied.path]]);
    const elsewhere = scene.open();
    const taken = await place.copy({
      ...name,
      wanted: 'b/race.bin',
      owner: 'message 10',
      signal: telegram.never,
      async onName(path) {
        if (copiesByConditions && path.endsWith('race.bin'))
          await elsewhere.receive(await scene.fileOf(TINY, 'b/race.bin'));
      },
    });
    await scene.assertWhole(taken.path, LONGER, 99);
    if (copiesByConditions) await scene.assertWhole(`${scene.root}b/race.bin`, TINY);
    assert.deepEqual(
      await buffer(place.read(copied.path, { offset: 5, length: 0 }, telegram.never)),
      Buffer.alloc(0),
    );
    assert.equal(await place.stat(`${scene.root}none`, telegram.never), undefined);
    await telegram.assertQuiet();
  });

  test('what a process that died has sent is kept: only the pieces that are missing are sent', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    for (const died of [1, 2, 3]) {
      const cut = new AbortController();
      scene.server.fault = (line) => {
        if (partOf(line) !== died) return undefined;
        cut.abort(new Error('died'));
        return { kind: 'cut', after: 0 };
      };
      const file = await scene.fileOf(LONGER, `${died}.bin`);
      await assert.rejects(scene.open().receive({ ...file, signal: cut.signal }), /^Error: died$/);
      assert.equal(file.budget.heldBytes, 0);
      assert.deepEqual(
        [await scene.notes(), await scene.left()],
        [1, `${goneOf(died)}|my files/${died}.bin`],
      );
      scene.server.fault = () => undefined;
      scene.server.requests.length = 0;
      const received = await scene.open().receive(file);
      const sent = scene.server.requests.map(partOf).filter((part) => part !== undefined);
      assert.ok(
        !Array.from({ length: died - 1 }, (_, at) => at + 1).some((part) => sent.includes(part)),
        `${sent}`,
      );
      assert.equal(received.bytesBefore, (died - 1) * 8 * MIB);
      await scene.assertWhole(received.path, LONGER);
      assert.equal(await scene.notes(), 0);
      assert.equal((await scene.left()).split('|')[1], '');
    }
  });

  test('an upload whose pieces are of other content, and one that the server forgot, begin again', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    for (const ending of ['changed', 'forgotten', 'taken'] as const) {
      const cut = new AbortController();
      let upload = '';
      scene.server.fault = (line) => {
        upload = /uploadId=([^&]+)/.exec(line)?.[1] ?? upload;
        if (partOf(line) !== 2) return undefined;
        cut.abort(new Error('died'));
        return { kind: 'cut', after: 0 };
      };
      const file = await scene.fileOf(LONGER, `${ending}.bin`);
      const name = `my files/${ending}.bin`;
      // As one that Telegram sends otherwise than before.
      const other = await scene.fileOf(SAME, `${ending}.bin`, { key: file.key });
      await assert.rejects(scene.open().receive({ ...file, signal: cut.signal }), /^Error: died$/);
      scene.server.fault = () => undefined;
      const query = { uploadId: decodeURIComponent(upload) };
      const { never } = telegram;
      if (ending === 'forgotten') await scene.requests.text({ method: 'DELETE', name, query }, never);
      if (ending === 'taken')
        await scene.requests.text({ method: 'PUT', name, body: Buffer.alloc(3) }, never);
      const received = await scene.open().receive(ending === 'changed' ? other : file);
      await scene.assertWhole(received.path, ending === 'changed' ? SAME : LONGER);
      assert.match(received.path ?? '', ending === 'taken' ? /taken \(2\)\.bin$/ : /[a-z]\.bin$/);
      assert.deepEqual([await scene.notes(), (await scene.left()).split('|')[1]], [0, '']);
    }
  });

  test('a name that the same content has is its own, and no other object is overwritten', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    const place = scene.open();
    for (const nth of [SMALL, LONG]) {
      const wanted = `${nth}.bin`;
      const name = `my files/${wanted}`;
      const file = await scene.fileOf(nth, wanted);
      const first = await place.receive(file);
      assert.deepEqual(await place.receive(file), { ...first, bytesBefore: nth === LONG ? file.size : 0 });
      // Written by somebody else: without our metadata, and at once.
      const body = await buffer(place.read(first.path ?? '', { offset: 0, length: file.size }, file.signal));
      await scene.requests.text({ method: 'PUT', name, body }, file.signal);
      assert.equal((await place.receive(file)).path, first.path);
      body[5] = (body[5] ?? 0) ^ 1;
      await scene.requests.text({ method: 'PUT', name, body }, file.signal);
      const second = await place.receive(file);
      assert.equal(second.path, `${scene.root}${nth} (2).bin`);
      assert.ok(
        (await buffer(place.read(first.path ?? '', { offset: 0, length: file.size }, file.signal))).equals(
          body,
        ),
      );
      await scene.assertWhole(second.path, nth);
      const unwanted = await place.receive({ ...file, path: 'x.bin', onComplete: async () => false });
      assert.deepEqual([unwanted.path, unwanted.sha256], [undefined, first.sha256]);
    }
    assert.equal((await scene.left()).split('|')[1], '');
    assert.ok(!(await scene.left()).includes('x.bin'));
  });

  test('each request of an upload may be cut, be refused for a moment, or lose its answer', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    const faults: Fault[] = [
      { kind: 'cut', after: 0 },
      { kind: 'lose-answer' },
      { kind: 'refuse', status: 503, code: 'SlowDown' },
      { kind: 'cut', after: 300_000 },
      { kind: 'cut-answer', after: 1 },
    ];
    const place = scene.open();
    for (const nth of [SMALL, LONG]) {
      for (const [which, fault] of faults.entries()) {
        for (let at = 1, isPast = false; !isPast; at += 1) {
          const name = `${nth}-${which}-${at}.bin`;
          let seen = 0;
          scene.server.fault = () => {
            seen += 1;
            return seen === at ? fault : undefined;
          };
          const file = await scene.fileOf(nth, name);
          const received = await place.receive(file);
          isPast = seen < at;
          scene.server.fault = () => undefined;
          assert.equal(received.path, `${scene.root}${name}`, `${JSON.stringify(fault)} at ${at}`);
          const { sha256 } = received;
          assert.equal(
            sha256,
            await telegram.sandbox.files.sha256(telegram.files[nth]?.stored ?? assert.fail()),
          );
          assert.equal((await place.stat(received.path ?? '', file.signal))?.size, file.size);
        }
      }
    }
    const [objects = '', uploads = ''] = (await scene.left()).split('|');
    // The answers to the beginning of these were lost, and nothing was sent to them.
    assert.equal(uploads.replaceAll(/my files\/3-[14]-2\.bin/g, '').trim(), '');
    assert.ok(!/\(2\)/.test(objects), objects);
    assert.equal(await scene.notes(), 0);
  });

  if (!knowsConditions) return;
  test('a name that is taken at the last moment is left to who took it', async (t) => {
    const scene = await sceneFor(t);
    if (!scene) return;
    const place = scene.open();
    for (const nth of [TINY, LONG]) {
      const file = await scene.fileOf(nth, `${nth}.bin`);
      const name = `my files/${nth}.bin`;
      let isTaken = false;
      const onComplete = async (): Promise<boolean> => {
        if (!isTaken)
          await scene.requests.text({ method: 'PUT', name, body: Buffer.from('mine') }, file.signal);
        isTaken = true;
        return true;
      };
      const received = await place.receive({ ...file, onComplete });
      assert.equal(received.path, `${scene.root}${nth} (2).bin`);
      await scene.assertWhole(received.path, nth);
      assert.equal(
        (
          await buffer(place.read(`${scene.root}${nth}.bin`, { offset: 0, length: 4 }, file.signal))
        ).toString(),
        'mine',
      );
    }
    assert.deepEqual([await scene.notes(), (await scene.left()).split('|')[1]], [0, '']);
  });
}

/** The files that runs before the `died`th one have left. */
function goneOf(died: number): string {
  return Array.from({ length: died - 1 }, (_, at) => `my files/${at + 1}.bin`).join(' ');
}

function partOf(line: string): number | undefined {
  const part = /^PUT .*partNumber=(\d+)/.exec(line)?.[1];
  return part === undefined ? undefined : Number(part);
}
