// Against S3 servers that others wrote, over a relay that cuts connections.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { after, before, beforeEach, describe, type TestContext, test } from 'node:test';
import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { addressOf } from '../../lib/blobs/address.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { S3Blobs } from '../../lib/blobs/s3/s3-blobs.js';
import { writeBlob } from '../../lib/blobs/write-blob.js';
import { FakeClock } from '../support/fake-clock.js';
import { S3_INSTALLS, S3_KEY, S3_PROGRAMS, type S3Program } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';

const { signal } = new AbortController();
const SIZES = [0, 1, PART_SIZE + 1, 8 * MIB, 8 * MIB + 1, 20 * MIB + 7];

interface S3Scene {
  readonly server: S3Server;
  readonly store: S3Blobs;
  readonly requests: S3Requests;
  /** Names of objects and of uploads under way. */
  left(): Promise<string>;
}

for (const kind of S3_PROGRAMS) describe(kind, () => suite(kind));

/** The tests of one server: each has ways of its own. */
function suite(kind: S3Program): void {
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

  /** Undefined, with a notice, where the server is missing. */
  async function sceneFor(t: TestContext, bucket: string, prefix = ''): Promise<S3Scene | undefined> {
    if (!server) {
      t.skip(`skipped: install the S3 server first: ${S3_INSTALLS[kind]}`);
      return undefined;
    }
    const { endpoint } = server;
    const place = { endpoint, isBucketInHost: false, bucket, prefix, region: 'us-east-1', ...S3_KEY };
    const clock = new FakeClock({ impatient: true });
    const whole = new S3Requests({ ...place, prefix: '' }, { clock });
    const store = new S3Blobs(place, { clock });
    t.after(() => {
      whole.close();
      store.close();
    });
    await whole.text({ method: 'PUT', name: '' }, signal);
    const list = async (query: Record<string, string>): Promise<string> => {
      const { text } = await whole.text({ method: 'GET', name: '', query, expected: [404] }, signal);
      return [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key).join(' ');
    };
    const left = async (): Promise<string> =>
      `${await list({ 'list-type': '2' })}|${await list({ uploads: '' })}`;
    return { server, store, requests: whole, left };
  }

  test('content of any length comes back from S3 as it was, and nothing else is left', async (t) => {
    const scene = await sceneFor(t, 'whole', 'my files/späť');
    if (!scene) return;
    const { store } = scene;
    assert.equal(store.place, 's3://whole/my files/späť');
    for (const size of SIZES) {
      const content = contentOf(size);
      const sha256 = await put(store, content, shaOf(content));
      assert.equal(await store.verify(sha256, signal), size);
      const start = Math.floor(size / 3);
      const { stream } = await store.open(sha256, { start, end: size }, signal);
      assert.ok((await buffer(stream)).equals(content.subarray(start)));
      assert.equal(await scene.left(), `my files/späť/${addressOf(sha256)}|`);
      assert.deepEqual(
        [await store.remove(sha256, signal), await store.remove(sha256, signal)],
        [true, false],
      );
      await assert.rejects(store.open(sha256, {}, signal), { code: 'BLOB_MISSING' });
    }
  });

  test('a connection that is cut in the middle of a piece sends that piece again', async (t) => {
    const scene = await sceneFor(t, 'cut');
    if (!scene) return;
    const content = contentOf(20 * MIB + 7);
    const seen = new Map<string, number>();
    scene.server.fault = (line) => {
      const number = /partNumber=(\d+)/.exec(line)?.[1];
      if (number === undefined) return undefined;
      const tries = (seen.get(number) ?? 0) + 1;
      seen.set(number, tries);
      if (tries === 1) return { kind: 'cut', after: 3 * MIB };
      return number === '2' && tries === 2 ? { kind: 'refuse', status: 503 } : undefined;
    };
    const sha256 = await put(scene.store, content);
    assert.deepEqual(
      [...seen],
      [
        ['1', 2],
        ['2', 3],
        ['3', 2],
      ],
    );
    assert.equal(await scene.store.verify(sha256, signal), content.byteLength);
    assert.equal(await scene.left(), `${addressOf(sha256)}|`);
  });

  test('an answer that is lost after the server did its work changes nothing', async (t) => {
    const scene = await sceneFor(t, 'lost');
    if (!scene) return;
    const content = contentOf(20 * MIB + 7);
    const lost: string[] = [];
    scene.server.fault = (line) => {
      const kind = `${line.split(' ')[0]} ${/incoming/.test(line)} ${/uploadId/.test(line)}`;
      if (lost.includes(kind) || !/^(?:PUT|DELETE|POST .* true)/.test(kind)) return undefined;
      lost.push(kind);
      return { kind: 'lose-answer' };
    };
    const sha256 = await put(scene.store, content);
    assert.deepEqual(lost, ['PUT true true', 'POST true true', 'PUT false false', 'DELETE true false']);
    assert.equal(await scene.store.verify(sha256, signal), content.byteLength);
    assert.equal(await scene.left(), `${addressOf(sha256)}|`);
  });

  test('an upload that fails for good, or whose content is wrong, is aborted', async (t) => {
    const scene = await sceneFor(t, 'failed');
    if (!scene) return;
    const content = contentOf(20 * MIB);
    scene.server.fault = (line) => (/partNumber=2/.test(line) ? { kind: 'cut', after: MIB } : undefined);
    await assert.rejects(put(scene.store, content), { code: 'S3_FAILED', message: /network/ });
    assert.equal(scene.server.requests.filter((line) => /partNumber=2/.test(line)).length, 5);
    assert.equal(await scene.left(), '|');
    scene.server.fault = () => undefined;
    await assert.rejects(put(scene.store, content, shaOf(Buffer.from('other'))), { code: 'BLOB_DIFFERS' });
    assert.equal(await scene.left(), '|');
  });

  test('a read that is cut continues at its byte; a changed blob is found', async (t) => {
    const scene = await sceneFor(t, 'read');
    if (!scene) return;
    const content = contentOf(20 * MIB);
    const sha256 = await put(scene.store, content);
    let cuts = 0;
    scene.server.fault = (line) => {
      if (!line.startsWith('GET') || cuts === 3) return undefined;
      cuts += 1;
      return { kind: 'cut-answer', after: 2 * MIB };
    };
    assert.equal(await scene.store.verify(sha256, signal), content.byteLength);
    assert.equal(cuts, 3);
    content[12345] = (content[12345] ?? 0) ^ 1;
    await scene.requests.text({ method: 'PUT', name: addressOf(sha256), body: content }, signal);
    await assert.rejects(scene.store.verify(sha256, signal), { code: 'BLOB_DAMAGED' });
  });

  test('what the server refuses is said with what to do, and an abort ends everything', async (t) => {
    const scene = await sceneFor(t, 'refused');
    if (!scene) return;
    scene.server.fault = () => ({ kind: 'refuse', status: 403 });
    await assert.rejects(put(scene.store, contentOf(3)), {
      code: 'BLOB_NOT_WRITTEN',
      message: /check the access key/,
    });
    await assert.rejects(scene.store.has(shaOf(contentOf(3)), signal), { code: 'BLOB_NOT_READ' });
    assert.equal(
      scene.server.requests.filter((line) => !/refused\/?$/.test(line)).length,
      2,
      'no second try',
    );
    await assert.rejects(
      scene.store.has(shaOf(contentOf(3)), AbortSignal.abort(new Error('stopped'))),
      /^Error: stopped$/,
    );
  });
}

function contentOf(size: number): Buffer {
  return seededRandom(size).bytes(size);
}

function shaOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function put(store: S3Blobs, content: Buffer, sha256?: string): Promise<string> {
  async function* parts(): AsyncGenerator<Buffer> {
    for (let at = 0; at < content.byteLength; at += PART_SIZE) yield content.subarray(at, at + PART_SIZE);
  }
  return writeBlob(store, { key: 'k', size: content.byteLength, sha256, parts }, signal);
}
