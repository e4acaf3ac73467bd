import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isS3Address, s3Place } from '../../lib/blobs/s3/place.js';
import { describeSettings, inspectSettings, readSettings, secretsOf } from '../../lib/settings/settings.js';

const KEY = { AWS_ACCESS_KEY_ID: 'AKIAMARK', AWS_SECRET_ACCESS_KEY: ' secret/mark ' };
const sourcesOf = (environment: Readonly<Record<string, string>>) => ({
  flags: {},
  environment,
  workingDirectory: '/',
  envFile: '/dev/null',
});
const placeOf = (address: string, environment: Readonly<Record<string, string>>) =>
  s3Place(address, readSettings(sourcesOf(environment)).s3, '--output');

test('the names of aws cli and rclone say where a bucket is and who goes there, the more exact one first', () => {
  const both = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-2' };
  assert.deepEqual(placeOf('s3://my-files/a//späth/', { ...KEY, ...both, AWS_SESSION_TOKEN: 'token' }), {
    endpoint: 'https://s3.eu-west-1.amazonaws.com',
    isBucketInHost: true,
    bucket: 'my-files',
    prefix: 'a/späth',
    region: 'eu-west-1',
    accessKeyId: 'AKIAMARK',
    secretAccessKey: 'secret/mark',
    sessionToken: 'token',
  });
  const endpoints = {
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL_S3: 'https://s3.example/base/',
  };
  const { endpoint, isBucketInHost, region, prefix } = placeOf('s3://my-files', { ...KEY, ...endpoints });
  assert.deepEqual(
    [endpoint, isBucketInHost, region, prefix],
    ['https://s3.example/base', false, 'us-east-1', ''],
  );
  const dotted = placeOf('S3://my.files', { ...KEY, AWS_DEFAULT_REGION: 'cn-north-1' });
  assert.deepEqual(
    [dotted.endpoint, dotted.isBucketInHost],
    ['https://s3.cn-north-1.amazonaws.com.cn', false],
  );
});

test('what is missing or half set is refused with what to do, and so is an address that leads nowhere', () => {
  const region = { AWS_REGION: 'eu-west-1' };
  for (const [environment, setting] of [
    [region, 'AWS_ACCESS_KEY_ID'],
    [{ ...region, AWS_ACCESS_KEY_ID: 'AKIAMARK' }, 'AWS_SECRET_ACCESS_KEY'],
    [KEY, 'AWS_REGION'],
  ] as const) {
    assert.throws(() => placeOf('s3://my-files', environment), {
      code: 'MISSING_SETTING',
      message: new RegExp(`^${setting} is not set, and --output names a bucket: put `),
    });
  }
  for (const address of [
    's3://',
    's3:///a',
    's3://a',
    's3://my files',
    's3://my-files/../x',
    's3://my-files/.',
  ]) {
    assert.ok(isS3Address(address));
    assert.throws(() => placeOf(address, { ...KEY, ...region }), { code: 'BAD_S3_ADDRESS' });
  }
  assert.ok(!isS3Address('./s3:/a'));
  for (const url of [
    's3.example',
    'ftp://s3.example',
    'https://user:secret@s3.example',
    'https://s3.example/?a',
  ]) {
    const { problems } = inspectSettings(sourcesOf({ AWS_ENDPOINT_URL: url }));
    assert.match(problems[0]?.message ?? '', /^AWS_ENDPOINT_URL must be the address of an S3 server/);
    assert.ok(!/secret/.test(problems[0]?.message ?? ''));
  }
  assert.match(
    inspectSettings(sourcesOf({ AWS_REGION: 'eu/west' })).problems[0]?.message ?? '',
    /^AWS_REGION must be a region such as/,
  );
});

test('the key, its secret and its token are never shown', () => {
  const settings = readSettings(sourcesOf({ ...KEY, AWS_SESSION_TOKEN: 'token', AWS_REGION: 'auto' }));
  const shown = describeSettings(settings);
  for (const name of [...Object.keys(KEY), 'AWS_SESSION_TOKEN']) assert.equal(shown[name], 'set');
  assert.deepEqual([shown['AWS_REGION'], shown['AWS_ENDPOINT_URL']], ['auto', 'not set']);
  assert.deepEqual(secretsOf(settings).slice(-3), ['AKIAMARK', 'secret/mark', 'token']);
});
