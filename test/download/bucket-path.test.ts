// Which bucket a file is known to lie in, when several servers have one of the same name.
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { bucketRoot, isInBucket, isShared } from '../../lib/download/bucket-path.js';
import { bucketPlace } from '../../lib/download/bucket-place.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import type { FilePlace } from '../../lib/download/place.js';
import { cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { FakeClock } from '../support/fake-clock.js';
import { S3_INSTALLS, S3_KEY } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { signal } = new AbortController();
let servers: readonly (S3Server | undefined)[] = [];

before(async () => {
  servers = await Promise.all([S3Server.start('rclone'), S3Server.start('rclone')]);
});

after(async () => {
  for (const server of servers) await server?.close();
});

async function placeOn(t: TestContext, { endpoint }: S3Server): Promise<FilePlace> {
  const clock = new FakeClock({ impatient: true });
  const at = { ...S3_KEY, endpoint, isBucketInHost: false, bucket: 'media', region: 'us-east-1', prefix: '' };
  const requests = new S3Requests(at, { clock });
  await requests.text({ method: 'PUT', name: '', expected: [409] }, signal);
  requests.close();
  const place = bucketPlace({ place: at, notes: temporaryFolder(t), log: silentLog, clock });
  t.after(() => place.close());
  return place;
}

test('a bucket of Amazon is known by its name, and any other together with its server', () => {
  const roots = [
    'https://s3.eu-central-1.amazonaws.com',
    'https://s3.cn-north-1.amazonaws.com.cn',
    'https://amazonaws.com.example.org',
    'https://s3.example.org/cloud',
    'http://nas',
    'http://127.0.0.1:9000',
    'http://[::1]:9000',
    'http://minio.localhost:9000',
    'http://localhost.example.org:9000',
  ].map((endpoint) => bucketRoot({ endpoint, bucket: 'media' }));
  assert.deepEqual(roots, [
    's3://media/',
    's3://media/',
    's3://amazonaws.com.example.org:443/media/',
    's3://s3.example.org:443/cloud/media/',
    's3://nas:80/media/',
    's3://127.0.0.1:9000/media/',
    's3://[::1]:9000/media/',
    's3://minio.localhost:9000/media/',
    's3://localhost.example.org:9000/media/',
  ]);
  assert.deepEqual(
    roots.map((root) => isShared(`${root}a/127.0.0.1:9000/b`)),
    [true, true, true, true, true, false, false, false, true],
  );
  assert.ok(roots.every(isInBucket));
  assert.deepEqual([isInBucket('/s3:/media/a'), isShared('/media/a')], [false, false]);
});

test('buckets of one name on two servers are two places: neither counts as the other, nor makes it gone', async (t) => {
  const [one, other] = servers;
  if (!one || !other) return t.skip(`skipped: install the S3 server first: ${S3_INSTALLS.rclone}`);
  const scene = await cloneScene({ seed: 'two buckets' });
  t.after(() => scene.close());
  const chat = scene.group('two buckets');
  scene.post(chat, { text: '', media: scene.document(70_000) });
  const order = await chatOrder(scene, chat);
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  const [first, second] = [await placeOn(t, one), await placeOn(t, other)];
  const rows = () =>
    here.store.db.selectFrom('file_copies').select(['host', 'path', 'state']).orderBy('path').execute();
  const bring = async (place: FilePlace, more = {}) => (await here.run([order], { place, ...more })).summary;
  assert.equal((await bring(first))?.downloaded, 1);
  const known = await rows();
  assert.equal((await bring(second))?.skipped, 1, 'it lies on another server');
  assert.deepEqual(await rows(), known, 'where it lies is still known');
  assert.equal((await bring(second, { dedupe: 'copy' }))?.downloaded, 1);
  const both = await rows();
  assert.deepEqual(
    both.map(({ state }) => state),
    ['there', 'there'],
  );
  assert.deepEqual([(await bring(first))?.skipped, (await bring(second))?.skipped], [1, 1]);
  assert.deepEqual(await rows(), both);
  // Another machine's 127.0.0.1 is another server.
  const away = await bring(first, { host: 'other-host', template: readPathTemplate('new/{name}', '--path') });
  assert.deepEqual([away?.skipped, away?.elsewhere.length], [1, 1]);
  assert.deepEqual(await rows(), both);
});
