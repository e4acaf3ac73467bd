import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import { abortUpload } from '../blobs/s3/multipart.js';
import { listObjects } from '../blobs/s3/objects.js';
import { type S3Place, wordsOf } from '../blobs/s3/place.js';
import { S3Requests } from '../blobs/s3/requests.js';
import { UploadNotes } from '../blobs/s3/upload-notes.js';
import { type Bucket, pathIn, readFrom } from './bucket.js';
import { copyWithin } from './copy-within.js';
import type { FilePlace, Named, SecondName } from './place.js';
import { receiveObject } from './receive-object.js';
import { TakenNames } from './taken-names.js';

export interface BucketPlaceOptions {
  readonly place: S3Place;
  /** A folder for notes of uploads under way, below the data directory. */
  readonly notes: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long what a run has left of a file waits to be continued. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** How long the removal of what isn't wanted any more may take, in ms. */
const REMOVAL_MS = 10_000;

/** A bucket, or a part of it, as the place of a download. Files are objects, named as the folder's files would be. */
export function bucketPlace({ place, notes, clock, log }: BucketPlaceOptions): FilePlace {
  const requests = new S3Requests({ ...place, prefix: '' }, { clock });
  const bucket: Bucket = {
    requests,
    notes: new UploadNotes(notes, place),
    busy: new Set(),
    taken: new TakenNames(),
  };
  const root = pathIn(bucket, '');
  const nameOf = (relative: string): string =>
    [place.prefix, relative].filter((each) => each !== '').join('/');
  const nameIn = (path: string): string => path.slice(root.length);
  let sizes: Promise<ReadonlyMap<number, readonly string[]>> | undefined;
  const copy = (name: SecondName): Promise<Named> =>
    copyWithin(bucket, { ...name, from: nameIn(name.from), wanted: nameOf(name.wanted) });
  return {
    words: wordsOf(place),
    holds: (path) => path.startsWith(root),
    pathOf: (relative) => pathIn(bucket, nameOf(relative)),
    receive: (file) => receiveObject(bucket, file, nameOf(file.path)),
    discard: ({ path, key }) => discard(bucket, { wanted: nameOf(path), key }),
    async stat(path, signal) {
      const found = await requests.find(nameIn(path), signal);
      return found && { size: found.size, ...(found.modified !== undefined && { modified: found.modified }) };
    },
    read: async function* (path, { offset, length }, signal) {
      const found = length > 0 ? await requests.find(nameIn(path), signal) : undefined;
      if (length > 0)
        yield* readFrom(requests, nameIn(path), { offset, length, size: found?.size ?? 0 }, signal);
    },
    async filesOfSize(size, signal) {
      sizes ??= pathsBySize(bucket, place.prefix === '' ? '' : `${place.prefix}/`, signal);
      try {
        return (await sizes).get(size) ?? [];
      } catch (error) {
        sizes = undefined;
        throw error;
      }
    },
    link: copy,
    copy,
    async close() {
      await removeOld(bucket, { clock, log });
      requests.close();
    },
  };
}

async function discard(
  { requests, notes }: Bucket,
  object: { readonly wanted: string; readonly key: string },
): Promise<void> {
  const noted = await notes.find(object);
  if (!noted) return;
  await abortUpload(requests, noted, AbortSignal.timeout(REMOVAL_MS));
  await notes.forget(object);
}

/** What a run left a week ago, and none has continued, would cost its owner money for ever. */
async function removeOld(
  { requests, notes }: Bucket,
  { clock, log }: Pick<BucketPlaceOptions, 'clock' | 'log'>,
): Promise<void> {
  try {
    await notes.takeOld(clock.now() - KEPT_MS, (upload) =>
      abortUpload(requests, upload, AbortSignal.timeout(REMOVAL_MS)),
    );
  } catch (error) {
    // The next run tries again; what this one did is done.
    log.warn('old_upload_kept', { error: error instanceof Error ? error.message : String(error) });
  }
}

async function pathsBySize(
  bucket: Bucket,
  prefix: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, string[]>();
  for await (const { name, size } of listObjects(bucket.requests, prefix, signal)) {
    const others = found.get(size);
    if (others) others.push(pathIn(bucket, name));
    else found.set(size, [pathIn(bucket, name)]);
  }
  return found;
}
