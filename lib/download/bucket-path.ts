import type { S3Place } from '../blobs/s3/place.js';

/**
 * What the path of every object in a bucket begins with: `s3://bucket/`, since of all of Amazon's buckets one has a name. Other servers
 * may have a bucket of the same name each, so theirs begin with the server: `s3://nas:9000/bucket/`. Its port is always named, and no
 * bucket's name has a colon.
 */
export function bucketRoot({ endpoint, bucket }: Pick<S3Place, 'endpoint' | 'bucket'>): string {
  const { protocol, hostname, port, pathname } = new URL(endpoint);
  if (AMAZON.test(hostname)) return `s3://${bucket}/`;
  const usual = protocol === 'https:' ? '443' : '80';
  const folders = pathname.split('/').filter((each) => each !== '');
  return `s3://${[`${hostname}:${port === '' ? usual : port}`, ...folders, bucket].join('/')}/`;
}

/** Whether a path is that of an object in a bucket. */
export function isInBucket(path: string): boolean {
  return path.startsWith('s3://');
}

/** Whether a path leads to the same file from every machine: in a bucket, unless its server is known as the machine's own. */
export function isShared(path: string): boolean {
  return isInBucket(path) && !LOOPBACK.test(path);
}

const AMAZON = /\.amazonaws\.com(?:\.cn)?$/;
const LOOPBACK = /^s3:\/\/(?:(?:[^/:]+\.)?localhost|127\.[\d.]+|\[::1\]):\d+\//;
