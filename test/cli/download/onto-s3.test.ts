import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { MIB } from '../../../lib/base/bytes.js';
import { silentLog } from '../../../lib/base/log.js';
import { S3Requests } from '../../../lib/blobs/s3/requests.js';
import { bucketPlace } from '../../../lib/download/bucket-place.js';
import { hashOf, inDatabase } from '../../support/download-command.js';
import { FakeClock } from '../../support/fake-clock.js';
import { S3_INSTALLS, S3_KEY } from '../../support/s3-program.js';
import { S3Server } from '../../support/s3-server.js';
import { openScene, recordsOf } from '../../support/scene.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const SIZE = 20 * MIB + 5;
const { signal } = new AbortController();

test('a process that is killed while a file goes to S3 is continued, and the file is there once, and noted', async (t) => {
  const server = await S3Server.start('rclone');
  if (!server) return t.skip(`skipped: install the S3 server first: ${S3_INSTALLS.rclone}`);
  t.after(() => server.close());
  const scene = await openScene(t, {}, { messages: 3, largeFiles: [SIZE], edgeSizes: false });
  await scene.signIn();
  const clock = new FakeClock({ impatient: true });
  const place = { endpoint: server.endpoint, bucket: 'films', isBucketInHost: false, region: 'us-east-1' };
  const requests = new S3Requests({ ...place, ...S3_KEY, prefix: '' }, { clock });
  await requests.text({ method: 'PUT', name: '' }, signal);
  const { source } = scene.filled;
  const large = source.box?.messages.flatMap(({ id, media }) => {
    const file = media && 'fileId' in media ? scene.sandbox.files.get(media.fileId) : undefined;
    return file?.size === SIZE ? [{ id, file }] : [];
  })[0];
  assert.ok(large);
  const link = `https://t.me/c/${String(source.id).slice('-100'.length)}/${large.id}`;
  const args = ['download', link, '--json', '--output', 's3://films/of me', '--path', '{chat}/{id}.{ext}'];
  const key = {
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    AWS_ENDPOINT_URL: server.endpoint,
  };
  const missing = await scene.run(args, { AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /AWS_SECRET_ACCESS_KEY is not set, and --output names a bucket/);
  let kill = (): void => assert.fail('the process is to have started');
  server.fault = (line) => {
    if (!line.includes('partNumber=2')) return undefined;
    kill();
    return { kind: 'silent' };
  };
  const killed = await scene.run(args, key, {
    onStart: (child) => {
      kill = () => void child.kill('SIGKILL');
    },
  });
  assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  server.fault = () => undefined;
  server.requests.length = 0;
  const { status, stdout, stderr } = await scene.run(args, key);
  assert.equal(status, 0, stderr + stdout);
  assert.ok(
    !server.requests.some((line) => line.includes('partNumber=1&')),
    'what was there was not sent again',
  );
  const [done] = recordsOf(stdout).filter(({ event }) => event === 'done');
  const path = String(done?.['path']);
  assert.match(path, new RegExp(`^s3://127.0.0.1:\\d+/films/of me/.+/${large.id}\\.\\w+$`));
  const bucket = bucketPlace({
    place: { ...place, ...S3_KEY, prefix: '' },
    notes: temporaryFolder(t),
    clock,
    log: silentLog,
  });
  t.after(() => bucket.close());
  assert.deepEqual(await bucket.filesOfSize(SIZE, signal), [path]);
  const due = hashOf(scene.sandbox.files.read(large.file, 0, SIZE) ?? Buffer.of());
  assert.equal(hashOf(await buffer(bucket.read(path, { offset: 0, length: SIZE }, signal))), due);
  const rows = await inDatabase(scene, (db) =>
    db.selectFrom('file_copies').select(['path', 'sha256', 'state']).execute(),
  );
  assert.deepEqual(rows, [{ path, sha256: due, state: 'there' }]);
  assert.deepEqual(readdirSync(join(scene.cwd, 'data', 'uploads')), []);
  const { text } = await requests.text(
    { method: 'GET', name: '', query: { uploads: '' }, expected: [404] },
    signal,
  );
  assert.doesNotMatch(text, /<Key>/);
  server.requests.length = 0;
  const again = await scene.run(args, key);
  assert.equal(again.status, 0, again.stderr);
  const sent = server.requests.filter((line) => line.startsWith('P') && !line.includes('/.telepi?'));
  assert.deepEqual(sent, [], 'a file that is there is not sent again');
  requests.close();
});
