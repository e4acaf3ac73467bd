import { createHash } from 'node:crypto';
import { blobMissing } from '../blobs/errors.js';
import { copyNew } from '../blobs/s3/objects.js';
import type { S3Object } from '../blobs/s3/requests.js';
import { type Bucket, headersOf, numberedObject, pathIn, withName } from './bucket.js';
import type { Named, SecondName } from './place.js';

/** A copy's metadata: says of what it is one, and for which file. */
const COPY = 'telepi-copy';

/**
 * Has the server copy an object; no byte comes here, and a bucket has no links. Each message's file gets an object of its own,
 * also where the name that it wants is one of the same content. A copy that was made for the same file before is found again.
 * @param name with `from` and `wanted` as names of objects
 * @throws FailedError BLOB_MISSING when nothing is at `from` any more; as S3Requests
 */
export async function copyWithin(bucket: Bucket, name: SecondName): Promise<Named> {
  const { from, wanted, modified, owner, onName, signal } = name;
  const { requests } = bucket;
  const source = await requests.find(from, signal);
  const missing = () => blobMissing(requests.words, from);
  if (!source) throw missing();
  const { type: mime, etag, size, metadata } = source;
  const mark = markOf(etag, owner);
  const headers = {
    ...headersOf({ modified, mime, sha256: metadata['sha256'] }),
    [`x-amz-meta-${COPY}`]: mark,
  };
  const isMade = (found: S3Object): boolean => found.metadata[COPY] === mark && found.size === size;
  for (let number = 1; ; number += 1) {
    const known = bucket.taken.at(wanted, number);
    if (known && !isMade(known)) continue;
    const name = numberedObject(wanted, number);
    const outcome = await withName(bucket, name, async () => {
      const there = await requests.find(name, signal);
      if (there) bucket.taken.note(wanted, number, there);
      if (there && !isMade(there)) return 'taken';
      await onName(pathIn(bucket, name));
      if (there) return 'done';
      // Some servers keep no metadata.
      const isOwn = (found: S3Object) => (found.metadata[COPY] ?? mark) === mark && found.size === size;
      return copyNew(requests, { from, name, headers, isOwn }, signal);
    });
    if (outcome === 'gone') throw missing();
    if (outcome === 'done') return { path: pathIn(bucket, name), how: 'copied' };
  }
}

function markOf(etag: string, owner: string): string {
  return createHash('sha256')
    .update(JSON.stringify([etag, owner]))
    .digest('hex')
    .slice(0, 32);
}
