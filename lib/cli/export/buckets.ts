import type { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.js';
import type { S3Access } from '../../base/s3-access.js';
import { blobDamaged, blobMissing } from '../../blobs/errors.js';
import { type S3Place, s3Place } from '../../blobs/s3/place.js';
import { readObject } from '../../blobs/s3/read-object.js';
import { S3Requests } from '../../blobs/s3/requests.js';
import { bucketRoot } from '../../download/bucket-path.js';
import type { FileElsewhere } from '../../exchange/exported.js';

export interface ObjectElsewhere extends FileElsewhere {
  /** The bytes from `start` (included) to `end`. */
  read(range: { readonly start: number; readonly end: number }, signal: AbortSignal): Readable;
}

/** The buckets in which downloads have put files, as far as the settings of S3 lead there. Whoever makes it closes it. */
export class Buckets {
  readonly #access: S3Access;
  readonly #clock: Clock;
  readonly #open = new Map<string, S3Requests>();

  constructor(access: S3Access, clock: Clock) {
    this.#access = access;
    this.#clock = clock;
  }

  /** The object at a path that a download has noted; undefined when it isn't there, or the settings lead elsewhere. */
  async find(path: string, signal: AbortSignal): Promise<ObjectElsewhere | undefined> {
    const place = this.#placeOf(path);
    if (!place) return undefined;
    const root = bucketRoot(place);
    const requests = this.#open.get(root) ?? new S3Requests(place, { clock: this.#clock });
    this.#open.set(root, requests);
    const name = path.slice(root.length);
    const found = await requests.find(name, signal);
    if (!found) return undefined;
    const { size } = found;
    const read: ObjectElsewhere['read'] = (range, whileReading) =>
      readObject(
        requests,
        {
          ...{ name, size, ...range },
          missing: () => blobMissing(requests.words, name),
          damaged: (what) => blobDamaged(requests.words, name, what),
        },
        whileReading,
      );
    return { size, read, open: (whileReading) => read({ start: 0, end: size }, whileReading) };
  }

  close(): void {
    for (const requests of this.#open.values()) requests.close();
  }

  /** The bucket that begins a path: after the server, unless it is Amazon's. */
  #placeOf(path: string): S3Place | undefined {
    const { accessKeyId, secretAccessKey, endpoint, region } = this.#access;
    if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
    if (endpoint === undefined && region === undefined) return undefined;
    const probe = s3Place('s3://bucket', this.#access, '--source');
    const server = bucketRoot(probe).slice(0, -'bucket/'.length);
    const bucket = path.startsWith(server) ? path.slice(server.length).split('/')[0] : undefined;
    if (!bucket || bucket.includes(':')) return undefined;
    return s3Place(`s3://${bucket}`, this.#access, '--source');
  }
}
