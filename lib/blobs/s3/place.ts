import { UsageError } from '../../base/errors.js';
import type { S3Access } from '../../base/s3-access.js';

/** A bucket, or a part of it, and who goes there. */
export interface S3Place {
  /** Of the server, without the bucket: `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  /** Whether the bucket is part of the host's name, as Amazon wants it; otherwise it begins the path. */
  readonly isBucketInHost: boolean;
  readonly bucket: string;
  /** What every name begins with, without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Whatever isn't Amazon takes any region, and most take this one. */
const USUAL_REGION = 'us-east-1';
/** Amazon's rules for names (docs.aws.amazon.com, "General purpose bucket naming rules"), and the upper case and `_` of older ones. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

/** Whether it is an address for `s3Place`, right or wrong, rather than a folder. */
export function isS3Address(text: string): boolean {
  return /^s3:\/\//i.test(text);
}

/**
 * The place that an address and the settings of S3 name. Amazon's buckets are found by their host, as Amazon asks for; those with a
 * dot in their name, which no certificate would fit, and those of other servers by the path.
 * @param address `s3://bucket` or `s3://bucket/prefix`
 * @param origin what the address was given by, for errors: `--output`
 * @throws UsageError BAD_S3_ADDRESS, MISSING_SETTING
 */
export function s3Place(address: string, access: S3Access, origin: string): S3Place {
  const { bucket, prefix } = partsOf(address, origin);
  const { accessKeyId, secretAccessKey, sessionToken } = access;
  if (accessKeyId === undefined) throw missing('AWS_ACCESS_KEY_ID', 'the key that may write there', origin);
  if (secretAccessKey === undefined)
    throw missing('AWS_SECRET_ACCESS_KEY', 'the secret of AWS_ACCESS_KEY_ID', origin);
  if (access.endpoint === undefined && access.region === undefined)
    throw missing(
      'AWS_REGION',
      "the bucket's region, or AWS_ENDPOINT_URL for a server other than Amazon",
      origin,
    );
  const region = access.region ?? USUAL_REGION;
  return {
    endpoint: access.endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
    isBucketInHost: access.endpoint === undefined && !/[._A-Z]/.test(bucket),
    bucket,
    prefix,
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken,
  };
}

/** What a person calls the place: `s3://bucket/prefix`. */
export function wordsOf({ bucket, prefix }: Pick<S3Place, 'bucket' | 'prefix'>): string {
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}

function partsOf(address: string, origin: string): { readonly bucket: string; readonly prefix: string } {
  const [bucket = '', ...folders] = address.slice('s3://'.length).split('/');
  const components = folders.filter((each) => each !== '');
  const isOdd = components.some((each) => each === '.' || each === '..' || /\p{Cc}/u.test(each));
  if (!BUCKET.test(bucket) || isOdd) {
    throw new UsageError(
      'BAD_S3_ADDRESS',
      `${origin} must be s3://bucket or s3://bucket/prefix, without . or .. in it, not ${JSON.stringify(address)}.`,
      { fields: { address } },
    );
  }
  return { bucket, prefix: components.join('/') };
}

function missing(setting: string, what: string, origin: string): UsageError {
  return new UsageError(
    'MISSING_SETTING',
    `${setting} is not set, and ${origin} names a bucket: put ${what} into .env or the environment.`,
    { fields: { setting } },
  );
}
