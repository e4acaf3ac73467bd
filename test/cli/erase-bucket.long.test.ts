import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { addressOf } from '../../lib/blobs/address.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { S3Blobs } from '../../lib/blobs/s3/s3-blobs.js';
import { FILL, filesIn, hashOf } from '../support/download-command.js';
import { hastyClock } from '../support/hasty-clock.js';
import { runInProcess } from '../support/in-process.js';
import { S3_INSTALLS, S3_KEY } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';
import { openScene, recordsOf } from '../support/scene.js';

const never = new AbortController().signal;
const SIZES = [3000, 5000];

/** A supergroup with two own documents, and a bucket; undefined without a server for it. */
async function openBucketScene(t: TestContext) {
  const server = await S3Server.start('moto');
  if (!server) return undefined;
  t.after(() => server.close());
  const place = {
    ...{ endpoint: server.endpoint, isBucketInHost: false, bucket: 'kept', region: 'us-east-1' },
    ...S3_KEY,
  };
  const requests = new S3Requests({ ...place, prefix: '' }, { clock: systemClock });
  t.after(() => requests.close());
  await requests.text({ method: 'PUT', name: '' }, never);
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const { sandbox, filled, cwd, connection } = scene;
  const creator = filled.user.id;
  const group = sandbox.world.createChannel({ title: 'Papers', megagroup: true, creator });
  const ids = SIZES.map((size) => {
    const { id: fileId } = sandbox.files.add({
      ...{ kind: 'document', dcId: 2, size, mimeType: 'application/zip' },
      attributes: [{ type: 'filename', name: `${size}.zip` }],
    });
    const media = { kind: 'document', fileId, spoiler: false } as const;
    return sandbox.world.post({ chat: group.id, from: creator, text: '', media }).id;
  });
  const environment = {
    ...connection,
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    AWS_ENDPOINT_URL: server.endpoint,
  };
  const telepi = (...args: string[]) => {
    const { signal } = new AbortController();
    return runInProcess(args, { environment, cwd, signal, clock: hastyClock(signal) });
  };
  return {
    ...{ cwd, place, requests, ids, telepi },
    there: () => (group.box?.messages ?? []).filter(({ action }) => !action).map(({ id }) => id),
    async download(output: string): Promise<void> {
      const { status, stderr } = await telepi(
        ...['download', String(group.id), '--media-type', 'all', '--output', output, '--path', '{id}.{ext}'],
      );
      assert.equal(status, 0, stderr);
    },
    async plan(...more: string[]) {
      const words = ['--chat', String(group.id), '--for-everyone', '--json', ...more];
      const records = recordsOf((await telepi('erase', 'plan', ...words)).stdout);
      const plan = records.find(({ event }) => event === 'planned');
      assert.ok(plan);
      const refused = records.flatMap(({ event, message, reason }) =>
        event === 'refused' ? [[message, reason]] : [],
      );
      return { path: String(plan['path']), refused };
    },
    run: (path: string, ...more: string[]) =>
      telepi('erase', 'run', path, '--confirm', 'Papers', String(SIZES.length), ...more),
    get: async (name: string) => buffer(await requests.send({ method: 'GET', name }, never)),
    async put(name: string, body: Buffer): Promise<void> {
      await requests.text({ method: 'PUT', name, body }, never);
    },
  };
}

const MISSING = `skipped: install the S3 server first: ${S3_INSTALLS.moto}`;

test('copies that a download has put into a bucket are read there: equal ones are proof, changed and missing ones are not', async (t) => {
  const scene = await openBucketScene(t);
  if (!scene) return t.skip(MISSING);
  const { ids, there, plan, run, get, put } = scene;
  const [first = 0, second = 0] = ids;
  await scene.download('s3://kept/of me');
  assert.deepEqual(filesIn(join(scene.cwd, 's3:')), [], 'nothing of them is on this machine');
  const name = `of me/${first}.zip`;
  const content = await get(name);
  const changed = Buffer.from(content);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const whole = await plan();
  assert.deepEqual(whole.refused, []);
  await put(name, changed);
  assert.deepEqual((await plan('--output', 'changed.json')).refused, [[first, 'copy_differs']]);
  await assert.rejects(run(whole.path), { code: 'ERASE_UNPROVEN' });
  await put(name, content.subarray(1));
  await assert.rejects(run(whole.path), { code: 'ERASE_UNPROVEN' });
  await scene.requests.text({ method: 'DELETE', name }, never);
  assert.deepEqual((await plan('--output', 'missing.json')).refused, [[first, 'no_copy_found']]);
  await assert.rejects(run(whole.path), { code: 'ERASE_UNPROVEN' });
  assert.deepEqual(there(), ids);
  assert.equal((await run(whole.path, '--only-proven')).status, 1);
  assert.deepEqual(there(), [first], `the message of ${second} alone is proven`);
  await put(name, content);
  const { status, stdout } = await run(whole.path);
  assert.equal(status, 0, stdout);
  assert.deepEqual(there(), []);
});

test('blobs in a bucket are proof while their content is what their name says', async (t) => {
  const scene = await openBucketScene(t);
  if (!scene) return t.skip(MISSING);
  const { cwd, ids, there, plan, run, put } = scene;
  const blobs = new S3Blobs({ ...scene.place, prefix: 'blobs' }, { clock: systemClock });
  t.after(() => blobs.close());
  await scene.download('files');
  const contents = ids.map((id) => readFileSync(join(cwd, 'files', `${id}.zip`)));
  for (const [index, content] of contents.entries()) {
    const writer = await blobs.write({ key: `k${index}`, size: content.length }, never);
    await writer.append(content);
    assert.equal(await writer.finish(), hashOf(content));
    await writer.close();
  }
  rmSync(join(cwd, 'files'), { recursive: true });
  const kept = ['--blobs', 's3://kept/blobs'];
  const whole = await plan(...kept);
  assert.deepEqual(whole.refused, []);
  const without = await plan('--output', 'without.json');
  assert.deepEqual(
    without.refused,
    ids.map((id) => [id, 'no_copy_found']),
  );
  await assert.rejects(run(whole.path), { code: 'ERASE_UNPROVEN' });
  const [, content = Buffer.of()] = contents;
  const name = `blobs/${addressOf(hashOf(content))}`;
  await put(name, Buffer.alloc(content.length));
  assert.deepEqual((await plan(...kept, '--output', 'changed.json')).refused, [[ids[1], 'copy_differs']]);
  await assert.rejects(run(whole.path, ...kept), { code: 'ERASE_UNPROVEN' });
  assert.deepEqual(there(), ids);
  await put(name, content);
  const { status, stdout } = await run(whole.path, ...kept);
  assert.equal(status, 0, stdout);
  assert.deepEqual(there(), []);
});
