// One S3 server's share of bucket-place.long.test.ts, and what no server makes a difference to.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, beforeEach, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { MIB } from '../../lib/base/bytes.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { type BucketScene, MODIFIED, openBucket } from '../support/bucket-scene.js';
import { S3_INSTALLS, S3_KEY } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';
import { TransferScene } from '../support/transfer-scene.js';

const SIZES = [3, 8 * MIB + 1, 17 * MIB, 1000];
const [TINY, LONG, LONGER, SMALL] = [0, 1, 2, 3];
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const run = promisify(execFile);

let telegram: TransferScene;
let server: S3Server | undefined;

before(async () => {
  telegram = await TransferScene.start(SIZES);
  server = await S3Server.start('rclone');
});

after(async () => {
  await telegram?.close();
  await server?.close();
});

beforeEach(() => {
  if (server) server.fault = () => undefined;
});

async function sceneFor(t: TestContext): Promise<BucketScene | undefined> {
  if (server) return openBucket(t, server, telegram);
  t.skip(`skipped: install the S3 server first: ${S3_INSTALLS.rclone}`);
  return undefined;
}

/** Stops an upload in front of its second piece, as a death does. */
async function die(scene: BucketScene, path: string): Promise<void> {
  const cut = new AbortController();
  scene.server.fault = (line) => {
    if (!line.includes('partNumber=2')) return undefined;
    cut.abort(new Error('died'));
    return { kind: 'cut', after: 0 };
  };
  const file = await scene.fileOf(LONG, path, { signal: cut.signal });
  await assert.rejects(scene.open().receive(file), /^Error: died$/);
  scene.server.fault = () => undefined;
}

test('rclone sees names, sizes and times; a file whose upload died is continued', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  await die(scene, 'b/long.bin');
  assert.equal(await scene.notes(), 1);
  const place = scene.open();
  const { path, bytesBefore } = await place.receive(await scene.fileOf(LONG, 'b/long.bin'));
  assert.equal(bytesBefore, 8 * MIB);
  await scene.assertWhole(path, LONG);
  await place.receive(await scene.fileOf(TINY, 'a.txt'));
  const remote = `:s3,provider=Other,access_key_id=${S3_KEY.accessKeyId},secret_access_key='${S3_KEY.secretAccessKey}',endpoint='${scene.server.endpoint}':${scene.bucket}`;
  const { stdout } = await run('rclone', ['lsl', remote], { env: { ...process.env, TZ: 'UTC' } });
  const time = new Date(MODIFIED * 1000).toISOString().slice(0, 19).replace('T', ' ');
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.trim())
      .sort(),
    [`3 ${time}.000000000 my files/a.txt`, `${8 * MIB + 1} ${time}.000000000 my files/b/long.bin`],
  );
  assert.deepEqual([await scene.notes(), (await scene.left()).split('|')[1]], [0, '']);
});

test("an object's time is in whole seconds, as all times of files are, whoever has written it", async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  const timeOf = async (mtime: string): Promise<number | undefined> => {
    const headers = { 'x-amz-meta-mtime': mtime };
    await scene.requests.text({ method: 'PUT', name: 'my files/a', headers }, telegram.never);
    const found = await scene.open().stat(`${scene.root}a`, telegram.never);
    return found?.modified;
  };
  assert.equal(await timeOf('1709663400.923456789'), 1_709_663_400);
  assert.equal(await timeOf('-1.5'), -2);
  // A time that no database would take says nothing: then it is the one at which the object was written.
  for (const odd of ['1e300', 'NaN', '-', '99999999999999']) {
    const written = (await timeOf(odd)) ?? assert.fail(odd);
    assert.ok(Number.isSafeInteger(written) && written > 1_709_663_400, `${odd}: ${written}`);
  }
});

test('what nobody has continued for a week is removed from the server, and so is what is not wanted any more', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  await die(scene, 'old.bin');
  await scene.open().close();
  assert.deepEqual([await scene.notes(), await scene.left()], [1, '|my files/old.bin']);
  await scene.clock.sleep(WEEK_MS + 60_000);
  await scene.open().close();
  assert.deepEqual([await scene.notes(), await scene.left()], [0, '|']);
  await die(scene, 'unwanted.bin');
  await scene.open().discard({ path: 'unwanted.bin', key: `k${LONG}` });
  assert.deepEqual([await scene.notes(), await scene.left()], [0, '|']);
});

test('when somebody else writes the name at the moment of completion, nothing of the upload stays on the server', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  let refused = 0;
  scene.server.fault = (line) => {
    if (refused > 0 || !/^POST .*uploadId=/.test(line)) return undefined;
    refused += 1;
    return { kind: 'refuse', status: 409, code: 'ConditionalRequestConflict' };
  };
  const { path } = await scene.open().receive(await scene.fileOf(LONG, 'busy.bin'));
  assert.equal(refused, 1);
  await scene.assertWhole(path, LONG);
  assert.deepEqual([await scene.notes(), await scene.left()], [0, 'my files/busy.bin|']);
});

test('files of one name that come at once get one each', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  const place = scene.open();
  const both = [LONG, LONGER, TINY, SMALL];
  const budget = new ByteBudget(128 * MIB);
  const received = await Promise.all(
    both.map(async (nth) => place.receive(await scene.fileOf(nth, 'a.bin', { budget }))),
  );
  assert.equal(new Set(received.map(({ path }) => path)).size, both.length);
  for (const [at, nth] of both.entries()) await scene.assertWhole(received[at]?.path, nth);
});

test('each copy gets an object of its own, and none is overwritten by a file of the same run', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  const place = scene.open();
  const { path: from = '' } = await place.receive(await scene.fileOf(SMALL, 'x.bin'));
  const copyFor = (owner: string, wanted: string, onName: (path: string) => Promise<void> = async () => {}) =>
    place.copy({ from, wanted, key: 'k', owner, modified: 99, onName, signal: telegram.never });
  const [one, other] = await Promise.all([copyFor('1', 'x.bin'), copyFor('2', 'x.bin')]);
  assert.equal(new Set([from, one.path, other.path]).size, 3);
  await scene.assertWhole(from, SMALL);
  for (const { path } of [one, other]) await scene.assertWhole(path, SMALL, 99);
  assert.deepEqual(await copyFor('1', 'x.bin'), one, 'what was copied for a message is known again');
  let received: string | undefined;
  const copied = await copyFor('3', 'y.bin', async () => {
    received = (await place.receive(await scene.fileOf(TINY, 'y.bin'))).path;
  });
  await scene.assertWhole(copied.path, SMALL, 99);
  await scene.assertWhole(received, TINY);
  await place.receive(await scene.fileOf(SMALL, 'z.bin'));
  const mayBe = async () => false;
  for (const nth of [SMALL, LONG]) {
    const first = await place.receive(await scene.fileOf(nth, `z${nth}.bin`));
    const second = await place.receive(await scene.fileOf(nth, `z${nth}.bin`, { mayBe }));
    assert.notEqual(second.path, first.path, "another message's object of the same content is left to it");
    await scene.assertWhole(second.path, nth);
  }
});

test('however many files want one name, each object that has it is looked at once', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  for (let number = 1; number <= 12; number += 1) {
    const name = number === 1 ? 'my files/c.bin' : `my files/c (${number}).bin`;
    await scene.requests.text({ method: 'PUT', name, body: Buffer.alloc(number) }, telegram.never);
  }
  const place = scene.open();
  const mayBe = async () => false;
  const counted = async (work: () => Promise<{ readonly path: string | undefined }>) => {
    scene.server.requests.length = 0;
    const { path } = await work();
    const looks = scene.server.requests.filter((line) => line.startsWith('HEAD ')).length;
    return [path?.slice(scene.root.length), looks];
  };
  const receive = (nth: number) =>
    counted(async () => place.receive(await scene.fileOf(nth, 'c.bin', { mayBe })));
  const copy = (owner: string) =>
    counted(() => {
      const from = `${scene.root}c (13).bin`;
      const onName = async () => {};
      const name = { from, wanted: 'c.bin', key: 'k', owner, modified: 99, onName };
      return place.copy({ ...name, signal: telegram.never });
    });
  assert.deepEqual(await receive(SMALL), ['c (13).bin', 13]);
  assert.deepEqual(await receive(SMALL), ['c (14).bin', 2]);
  // A long object is looked at when it is complete.
  assert.deepEqual(await receive(LONG), ['c (15).bin', 3]);
  // So is a copy, and what is copied.
  assert.deepEqual(await copy('1'), ['c (16).bin', 4]);
  assert.deepEqual(await copy('2'), ['c (17).bin', 4]);
  assert.deepEqual(await copy('1'), ['c (16).bin', 2]);
});

test('five files at once share a budget for one, and one that is too small is refused', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  const budget = new ByteBudget(17 * MIB);
  const place = scene.open();
  const received = await Promise.all(
    [LONG, LONGER, TINY, LONG, TINY].map(async (nth, at) =>
      place.receive(await scene.fileOf(nth, at === 3 ? `${LONG}.bin` : `${at}.bin`, { budget })),
    ),
  );
  await scene.assertWhole(received[0]?.path, LONG);
  await scene.assertWhole(received[1]?.path, LONGER);
  assert.equal(budget.heldBytes, 0);
  assert.ok(budget.peakBytes <= budget.limitBytes && budget.peakBytes > 16 * MIB, 'pieces count');
  const small = await scene.fileOf(LONG, 'small.bin', { budget: new ByteBudget(16 * MIB) });
  await assert.rejects(place.receive(small), { code: 'BUDGET_TOO_SMALL', message: /raise BUFFER_MB/ });
});

test('a server that falls silent is asked again, and an abort ends the wait', async (t) => {
  const scene = await sceneFor(t);
  if (!scene) return;
  const requests = new S3Requests(scene.requests.place, { clock: scene.clock, silenceMs: 100 });
  t.after(() => requests.close());
  let silences = 0;
  scene.server.fault = () => {
    silences += 1;
    return silences < 3 ? { kind: 'silent' } : undefined;
  };
  assert.equal(await requests.find('none', telegram.never), undefined);
  assert.equal(silences, 3);
  const stop = new AbortController();
  scene.server.fault = () => {
    stop.abort(new Error('stopped'));
    return { kind: 'silent' };
  };
  await assert.rejects(scene.requests.find('none', stop.signal), /^Error: stopped$/);
});
