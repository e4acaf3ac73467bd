import { UsageError } from '../base/errors.js';
import type { S3Access } from '../base/s3-access.js';
import { S3_SETTINGS, type s3Keys } from './s3-table.js';
import type { RawValue, RawValues } from './sources.js';

const REGION = /^[a-z0-9-]{1,64}$/;

/**
 * The settings of S3. What is missing is refused where an s3:// address is used, since these variables also stand in
 * environments that mean other programs.
 * @throws UsageError BAD_SETTING for an endpoint or a region that can't be one. It quotes no endpoint with a login.
 */
export function readS3Access(raw: RawValues): S3Access {
  const text = (value: RawValue | undefined): string | undefined => value?.text.trim();
  const endpoint = raw.get('s3OwnEndpoint') ?? raw.get('s3Endpoint');
  const region = raw.get('s3Region') ?? raw.get('s3DefaultRegion');
  if (region && !REGION.test(region.text.trim())) {
    throw refused(region, S3_SETTINGS.s3Region.name, 'a region such as eu-central-1 or auto');
  }
  return Object.freeze({
    accessKeyId: text(raw.get('s3AccessKeyId')),
    secretAccessKey: text(raw.get('s3SecretAccessKey')),
    sessionToken: text(raw.get('s3SessionToken')),
    region: text(region),
    endpoint: endpoint && endpointIn(endpoint),
  });
}

/** The parts that must never be shown. */
export function secretsOfS3({ accessKeyId, secretAccessKey, sessionToken }: S3Access): readonly string[] {
  return [accessKeyId, secretAccessKey, sessionToken].filter((secret) => secret !== undefined);
}

/** Each setting with the value that counts, for describeSettings. */
export function shownS3(access: S3Access): Readonly<Record<(typeof s3Keys)[number], string | undefined>> {
  const { accessKeyId, secretAccessKey, sessionToken, region, endpoint } = access;
  return {
    s3AccessKeyId: accessKeyId,
    s3SecretAccessKey: secretAccessKey,
    s3SessionToken: sessionToken,
    s3Region: region,
    s3DefaultRegion: region,
    s3OwnEndpoint: endpoint,
    s3Endpoint: endpoint,
  };
}

function endpointIn(raw: RawValue): string {
  const text = raw.text.trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isUseful =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username && !url.password;
  if (isUseful) return url.href.replace(/\/+$/, '');
  throw refused(
    raw,
    S3_SETTINGS.s3OwnEndpoint.name,
    "the address of an S3 server, such as https://s3.example.com or http://127.0.0.1:9000, without the bucket's name or a login",
  );
}

function refused(raw: RawValue, setting: string, expected: string): UsageError {
  const found = raw.text.includes('@') ? '' : `, not ${JSON.stringify(raw.text)}`;
  return new UsageError('BAD_SETTING', `${raw.origin} must be ${expected}${found}.`, { fields: { setting } });
}
