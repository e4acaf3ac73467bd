// What may go wrong with a bucket while files are looked for, copied and compared there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { S3Requests } from '../../lib/blobs/s3/requests.js';
import { bucketPlace } from '../../lib/download/bucket-place.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { FakeClock } from '../support/fake-clock.js';
import { JumpingClock } from '../support/jumping-clock.js';
import { S3_INSTALLS, S3_KEY } from '../support/s3-program.js';
import { S3Server } from '../support/s3-server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const { signal } = new AbortController();

test('a bucket that fails while files are looked for and copied is tried three times, and each message gets its object', async (t) => {
  const server = await S3Server.start('rclone');
  if (!server) return t.skip(`skipped: install the S3 server first: ${S3_INSTALLS.rclone}`);
  t.after(() => server.close());
  const clock = new JumpingClock();
  clock.start();
  const scene = await cloneScene({ seed: 'failing bucket', clock });
  t.after(async () => {
    await scene.close();
    clock.stop();
  });
  const impatient = { clock: new FakeClock({ impatient: true }) };
  const at = {
    ...S3_KEY,
    endpoint: server.endpoint,
    isBucketInHost: false,
    bucket: 'films',
    region: 'us-east-1',
  };
  const requests = new S3Requests({ ...at, prefix: '' }, impatient);
  await requests.text({ method: 'PUT', name: '' }, signal);
  const place = bucketPlace({
    place: { ...at, prefix: '' },
    notes: temporaryFolder(t),
    log: silentLog,
    ...impatient,
  });
  t.after(async () => {
    await place.close();
    requests.close();
  });
  const chat = scene.group('failing bucket');
  const same = scene.document(60_000, { seed: 'same' });
  const ids = [same, same, scene.document(60_000, { seed: 'same' })].map((media) =>
    scene.post(chat, { text: '', media }),
  );
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  const order = await chatOrder(scene, chat);
  const more = {
    place,
    clock,
    dedupe: 'copy',
    parallel: 1,
    template: readPathTemplate('x', '--path'),
  } as const;
  const first = await here.run([{ kind: 'messages', chat: order.chat, ids: ids.slice(0, 1) }], more);
  assert.equal(first.summary?.downloaded, 1);
  server.fault = (line) => (line.startsWith('HEAD ') ? { kind: 'refuse', status: 503 } : undefined);
  const failing = await here.run([order], more);
  assert.equal(failing.error, undefined);
  assert.equal(failing.summary?.failed.length, 3);
  assert.match(failing.summary?.failed[0]?.error ?? '', /can't be read: the server answered 503/);
  const retries = failing.events.flatMap((event) => (event.kind === 'retry' ? [event] : []));
  assert.deepEqual(
    retries.map(({ attempt, of, waitMs }) => [attempt, of, waitMs]).sort(),
    [1, 1, 1, 2, 2, 2].map((attempt) => [attempt, 3, 2000]),
  );
  const log = here.store.db.selectFrom('download_log').select('download_status').orderBy('started_datetime');
  assert.deepEqual((await log.execute()).map(({ download_status }) => download_status).sort(), [
    'failed',
    'failed',
    'failed',
    ...Array<string>(6).fill('retry'),
    'success',
  ]);
  let left = 7;
  server.fault = (line) => {
    if (left === 0 || !line.startsWith('HEAD ')) return undefined;
    left -= 1;
    return { kind: 'refuse', status: 503 };
  };
  const { summary, error } = await here.run([order], more);
  assert.equal(error, undefined);
  assert.deepEqual([summary?.skipped, summary?.copied, summary?.downloaded], [1, 1, 1]);
  const rows = await here.store.db
    .selectFrom('file_copies')
    .select(['path', 'state', 'message_id'])
    .execute();
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['there', 'there', 'there'],
  );
  assert.equal(new Set(rows.map(({ path }) => path)).size, 3, 'each message has an object of its own');
  assert.deepEqual(rows.map(({ message_id }) => Number(message_id)).sort(), [...ids].sort());
});
