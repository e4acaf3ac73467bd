import type { SettingSpec } from './table-row.js';

const text = { type: 'text' } as const;

/** The settings of S3, by the names that Amazon's tools and rclone read. */
export const S3_SETTINGS = {
  s3AccessKeyId: {
    name: 'AWS_ACCESS_KEY_ID',
    kind: text,
    secret: true,
    about: 'access key for s3:// addresses',
  },
  s3SecretAccessKey: {
    name: 'AWS_SECRET_ACCESS_KEY',
    kind: text,
    secret: true,
    about: 'secret that belongs to AWS_ACCESS_KEY_ID',
  },
  s3SessionToken: {
    name: 'AWS_SESSION_TOKEN',
    kind: text,
    secret: true,
    about: 'token that belongs to a temporary access key',
  },
  s3Region: {
    name: 'AWS_REGION',
    kind: text,
    secret: false,
    about: 'region of the bucket, such as eu-central-1',
  },
  s3DefaultRegion: {
    name: 'AWS_DEFAULT_REGION',
    kind: text,
    secret: false,
    about: 'region of the bucket where AWS_REGION is not set',
  },
  s3OwnEndpoint: {
    name: 'AWS_ENDPOINT_URL_S3',
    kind: text,
    secret: false,
    about: 'https:// address of an S3 server other than Amazon, without the bucket',
  },
  s3Endpoint: {
    name: 'AWS_ENDPOINT_URL',
    kind: text,
    secret: false,
    about: 'the same, where AWS_ENDPOINT_URL_S3 is not set',
  },
} as const satisfies Record<string, SettingSpec>;

export const s3Keys = Object.keys(S3_SETTINGS) as readonly (keyof typeof S3_SETTINGS)[];
