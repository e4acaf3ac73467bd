import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { bucketRoot } from '../../lib/download/bucket-path.js';
import { noteCopy } from '../../lib/store/tables/file-copies.js';
import { fileMedia, post } from '../support/documents.js';
import { ACCOUNT, GROUP, openExportScene } from '../support/export-scene.js';
import { WHEN } from '../support/files-store.js';
import { runInProcess } from '../support/in-process.js';
import { S3_KEY } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';

test('files that rest in a bucket are fetched from there', async (t) => {
  const server = await S3Server.start('moto');
  if (!server) return t.skip('moto_server is not installed');
  t.after(() => server.close());
  const place = {
    ...{ endpoint: server.endpoint, isBucketInHost: false, bucket: 'kept', prefix: '', region: 'us-east-1' },
    ...S3_KEY,
  };
  const requests = new S3Requests(place, { clock: systemClock });
  t.after(() => requests.close());
  const { signal } = new AbortController();
  await requests.text({ method: 'PUT', name: '' }, signal);
  await requests.text({ method: 'PUT', name: 'my files/a b.zip', body: Buffer.from('content') }, signal);
  const { cwd, save, within } = await openExportScene(t);
  await save(
    GROUP,
    post({ id: 6, chat: GROUP, date: WHEN + 400, media: fileMedia(7, { id: '600', name: 'a b.zip' }) }),
  );
  await within(({ db }) =>
    noteCopy(db, {
      ...{
        host: hostname(),
        path: `${bucketRoot(place)}my files/a b.zip`,
        accountId: ACCOUNT,
        mediaId: 600n,
      },
      ...{ chatId: GROUP, messageId: 6, size: 7, state: 'there', savedAt: 1 },
    }),
  );
  const run = (output: string, environment: Readonly<Record<string, string>>) =>
    runInProcess(['export', '--chat', String(GROUP), '--output', output], {
      cwd,
      environment: { DATA_DIR: cwd, ...environment },
    });
  const access = {
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    AWS_ENDPOINT_URL: server.endpoint,
  };
  const { stderr } = await run('out', access);
  assert.equal(stderr, '');
  assert.equal(readFileSync(join(cwd, 'out', 'files', 'a b.zip'), 'utf8'), 'content');
  assert.match((await run('without', {})).stderr, /1 file can't be reached/);
});
