import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '../../base/clock.js';
import { addressOf, checkKey } from '../address.js';
import { blobDamaged, blobMissing } from '../errors.js';
import { rangeWithin } from '../range.js';
import type { BlobRange, BlobStore, BlobWriter, NewBlob, OpenBlob } from '../store.js';
import { verifyContent } from '../verify-content.js';
import { type S3Place, S3Requests } from './requests.js';
import { S3Writer } from './s3-writer.js';

/** How often in a row a read may be cut before a byte came. */
const MOST_CUTS = 5;

/**
 * Blobs in a bucket of any server that speaks S3: `ab/cd/<sha256>` below the prefix, and `incoming` for those under way.
 * A beginning that a dead writer left can't be continued, since nobody can read it; the bucket's lifecycle rule for incomplete
 * multipart uploads removes it.
 */
export class S3Blobs implements BlobStore {
  readonly place: string;
  readonly #requests: S3Requests;

  constructor(place: S3Place, clock: Clock) {
    this.#requests = new S3Requests(place, clock);
    this.place = this.#requests.words;
  }

  async has(sha256: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#requests.sizeOf(addressOf(sha256), signal)) !== undefined;
  }

  async open(sha256: string, range: BlobRange, signal: AbortSignal): Promise<OpenBlob> {
    const size = await this.#requests.sizeOf(addressOf(sha256), signal);
    if (size === undefined) throw blobMissing(this.place, sha256);
    const within = rangeWithin(range, size);
    return {
      size,
      stream: Readable.from(this.#pieces(sha256, within, signal), { objectMode: false, signal }),
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

  /** A connection that is cut is continued at the byte where it was. */
  async *#pieces(
    sha256: string,
    { start, end }: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    let cuts = 0;
    for (let at = start; at < end; ) {
      const headers = { Range: `bytes=${at}-${end - 1}` };
      const request = { method: 'GET', name: addressOf(sha256), headers, expected: [404, 416] } as const;
      const answer = await this.#requests.send(request, signal);
      if (answer.status !== 206) {
        await answer.body?.cancel();
        if (answer.status === 404) throw blobMissing(this.place, sha256);
        throw blobDamaged(
          this.place,
          sha256,
          `the server answered ${answer.status} for bytes ${at} to ${end}`,
        );
      }
      try {
        for await (const piece of answer.body ?? []) {
          yield Buffer.from(piece);
          at += piece.byteLength;
          cuts = 0;
        }
      } catch (error) {
        signal.throwIfAborted();
        cuts += 1;
        if (cuts === MOST_CUTS) throw error;
      }
    }
  }
}
