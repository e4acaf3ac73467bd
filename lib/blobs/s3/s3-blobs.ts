import { randomUUID } from 'node:crypto';
import { addressOf, checkKey } from '../address.js';
import { blobDamaged, blobMissing } from '../errors.js';
import { rangeWithin } from '../range.js';
import type { BlobRange, BlobStore, BlobWriter, NewBlob, OpenBlob } from '../store.js';
import { verifyContent } from '../verify-content.js';
import type { S3Place } from './place.js';
import { readObject } from './read-object.js';
import { type S3Options, S3Requests } from './requests.js';
import { S3Writer } from './s3-writer.js';

/**
 * Blobs in a bucket of any server that speaks S3: `ab/cd/<sha256>` below the prefix, and `incoming` for those under way.
 * A beginning that a dead writer left can't be continued, since nobody can read it; the bucket's lifecycle rule for incomplete
 * multipart uploads removes it.
 */
export class S3Blobs implements BlobStore {
  readonly place: string;
  readonly #requests: S3Requests;

  constructor(place: S3Place, options: S3Options) {
    this.#requests = new S3Requests(place, options);
    this.place = this.#requests.words;
  }

  async has(sha256: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#requests.find(addressOf(sha256), signal)) !== undefined;
  }

  async open(sha256: string, range: BlobRange, signal: AbortSignal): Promise<OpenBlob> {
    const found = await this.#requests.find(addressOf(sha256), signal);
    if (!found) throw blobMissing(this.place, sha256);
    const { size } = found;
    const within = rangeWithin(range, size);
    return {
      size,
      stream: readObject(
        this.#requests,
        {
          ...within,
          size,
          name: addressOf(sha256),
          missing: () => blobMissing(this.place, sha256),
          damaged: (found) => blobDamaged(this.place, sha256, found),
        },
        signal,
      ),
    };
  }

  verify(sha256: string, signal: AbortSignal): Promise<number> {
    return verifyContent(this, sha256, signal);
  }

  async remove(sha256: string, signal: AbortSignal): Promise<boolean> {
    if (!(await this.has(sha256, signal))) return false;
    await this.#requests.text({ method: 'DELETE', name: addressOf(sha256), expected: [404] }, signal);
    return true;
  }

  async write(content: NewBlob, signal: AbortSignal): Promise<BlobWriter> {
    checkKey(content.key);
    signal.throwIfAborted();
    return new S3Writer(this.#requests, content, `incoming/${randomUUID()}`, signal);
  }

  /** Ends its connections. */
  close(): void {
    this.#requests.close();
  }
}
