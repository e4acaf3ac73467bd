import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TelepiError } from '../../../lib/base/errors.js';
import { S3Requests } from '../../../lib/blobs/s3/requests.js';
import { FILL } from '../../support/download-command.js';
import { FakeClock } from '../../support/fake-clock.js';
import { runInProcess } from '../../support/in-process.js';
import { S3_INSTALLS, S3_KEY } from '../../support/s3-program.js';
import { S3Server } from '../../support/s3-server.js';
import { openScene, recordsOf } from '../../support/scene.js';

test('a bucket that is missing or closed, and a buffer that is too small for it, are refused before any work', async (t) => {
  const server = await S3Server.start('rclone');
  if (!server) return t.skip(`skipped: install the S3 server first: ${S3_INSTALLS.rclone}`);
  t.after(() => server.close());
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const place = { endpoint: server.endpoint, bucket: 'films', isBucketInHost: false, region: 'us-east-1' };
  const requests = new S3Requests({ ...place, ...S3_KEY, prefix: '' }, { clock: new FakeClock() });
  const { signal } = new AbortController();
  await requests.text({ method: 'PUT', name: '' }, signal);
  t.after(() => requests.close());
  const environment = {
    ...scene.connection,
    AWS_ACCESS_KEY_ID: S3_KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    AWS_ENDPOINT_URL: server.endpoint,
    SOURCE_CHAT: String(scene.filled.chats.readOnly.id),
    TARGET_CHAT: String(scene.filled.target.id),
  };
  const cases: readonly {
    readonly output: string;
    readonly more?: Readonly<Record<string, string>>;
    readonly code: string;
    readonly words: RegExp;
  }[] = [
    {
      output: 's3://none/of me',
      code: 'OUTPUT_UNWRITABLE',
      words: /^s3:\/\/none can't be read: .*make the bucket/,
    },
    {
      output: 's3://films',
      more: { AWS_SECRET_ACCESS_KEY: 'wrong' },
      code: 'OUTPUT_UNWRITABLE',
      words: /^s3:\/\/films can't be read: the server answered 403.*check the access key/,
    },
    {
      output: 's3://films',
      more: { BUFFER_MB: '17' },
      code: 'BUDGET_TOO_SMALL',
      words: /^BUFFER_MB is 17, and .* set it to 18 or more\.$/,
    },
  ];
  for (const { output, more = {}, code, words } of cases) {
    const run = (args: readonly string[]) =>
      runInProcess([...args, '--output', output, '--json'], {
        environment: { ...environment, ...more },
        cwd: scene.cwd,
      });
    for (const flags of [[], ['--dry-run'], ['--schedule', '0 3 * * *']]) {
      await assert.rejects(run(['download', ...flags]), (error) => {
        assert.ok(error instanceof TelepiError);
        assert.deepEqual([error.code, error.exitStatus], [code, 2], error.message);
        assert.match(error.message, words);
        return true;
      });
    }
    const checked = await run(['check']);
    assert.equal(checked.status, 2);
    const finding = recordsOf(checked.stdout).find(({ name }) => name === 'bucket');
    assert.equal(finding?.['status'], 'fix');
    assert.match(String(finding?.['detail']), words);
  }
  server.requests.length = 0;
  const args = ['--output', 's3://films/of me', '--json'];
  const options = { environment, cwd: scene.cwd };
  const good = recordsOf((await runInProcess(['check', ...args], options)).stdout);
  assert.equal(
    good.find(({ name }) => name === 'bucket')?.['detail'],
    's3://films/of me can be read and written',
  );
  const { text } = await requests.text({ method: 'GET', name: '', query: { uploads: '' } }, signal);
  assert.doesNotMatch(text, /<Key>/);
  server.requests.length = 0;
  server.fault = (line) => (line.includes('uploads') ? { kind: 'refuse', status: 403 } : undefined);
  await assert.rejects(runInProcess(['download', ...args], options), {
    code: 'OUTPUT_UNWRITABLE',
    message: /s3:\/\/films can't be written/,
  });
  await runInProcess(['download', '--dry-run', ...args], options);
  // A key may list a bucket and not read its objects.
  server.fault = (line) => (line.startsWith('HEAD ') ? { kind: 'refuse', status: 403 } : undefined);
  for (const flags of [[], ['--dry-run']]) {
    await assert.rejects(runInProcess(['download', ...flags, ...args], options), {
      code: 'OUTPUT_UNWRITABLE',
      message: /s3:\/\/films can't be read: the server answered 403/,
    });
  }
});
