import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { PART_SIZE } from '../base/bytes.js';
import { blobDamaged, blobMissing } from '../blobs/errors.js';
import { PIECE_SIZE } from '../blobs/s3/pieces.js';
import { readObject } from '../blobs/s3/read-object.js';
import type { S3Object, S3Requests } from '../blobs/s3/requests.js';
import type { UploadNotes } from '../blobs/s3/upload-notes.js';
import { bucketRoot } from './bucket-path.js';
import { MOST_NAME_BYTES, numberedName } from './safe-name.js';
import type { TakenNames } from './taken-names.js';

/** What a file of any size needs of the byte budget: a piece on its way, one that is filled, and a part from Telegram. */
export const LEAST_BUDGET_BYTES = 2 * PIECE_SIZE + PART_SIZE;

/** A bucket that files go into. Names are whole: with the prefix, and without the bucket. */
export interface Bucket {
  readonly requests: S3Requests;
  readonly notes: UploadNotes;
  /** Names that this process is writing. */
  readonly busy: Set<string>;
  readonly taken: TakenNames;
}

/** Hashes of a file's content, to compare it with an object that is there. */
export interface ContentHashes {
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  /** The ETags that servers give an object of this content: written at once, and in pieces as TelePi writes it. */
  readonly etags: readonly string[];
}

/** An object's path: see bucketRoot. */
export function pathIn({ requests }: Pick<Bucket, 'requests'>, name: string): string {
  return bucketRoot(requests.place) + name;
}

/** The name, or one with a number in front of its ending. `number` counts from 1, which adds nothing. */
export function numberedObject(wanted: string, number: number): string {
  if (number === 1) return wanted;
  return posix.join(posix.dirname(wanted), numberedName(posix.basename(wanted), number, MOST_NAME_BYTES));
}

/** Does something with a name that no other file of this process has meanwhile; `other` when one has. */
export async function withName<T>(
  bucket: Bucket,
  name: string,
  work: () => Promise<T>,
): Promise<T | 'other'> {
  if (bucket.busy.has(name)) return 'other';
  bucket.busy.add(name);
  try {
    return await work();
  } finally {
    bucket.busy.delete(name);
  }
}

/** The object's type and metadata; rclone reads and writes the time under this name. */
export function headersOf({
  modified,
  mime,
  sha256,
}: {
  readonly modified: number;
  readonly mime?: string | undefined;
  readonly sha256?: string | undefined;
}): Readonly<Record<string, string>> {
  const isType = mime !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(mime);
  return {
    'Content-Type': isType ? mime : 'application/octet-stream',
    'x-amz-meta-mtime': modified.toFixed(9),
    ...(sha256 !== undefined && { 'x-amz-meta-sha256': sha256 }),
  };
}

/** Takes hashes of a file's parts as they come. */
export class ContentHash {
  readonly #size: number;
  readonly #sha256 = createHash('sha256');
  readonly #md5 = createHash('md5');
  readonly #pieces: Buffer[] = [];
  #piece = createHash('md5');
  #filled = 0;
  #parts = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get parts(): number {
    return this.#parts;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#parts += 1;
    for (const hash of [this.#sha256, this.#md5, this.#piece]) hash.update(bytes);
    this.#filled += bytes.byteLength;
    if (this.#filled % PIECE_SIZE !== 0 && this.#filled !== this.#size) return;
    this.#pieces.push(this.#piece.digest());
    this.#piece = createHash('md5');
  }

  finish(): ContentHashes {
    const inPieces = createHash('md5').update(Buffer.concat(this.#pieces)).digest('hex');
    return {
      size: this.#size,
      sha256: this.#sha256.digest('hex'),
      etags: [this.#md5.digest('hex'), `${inPieces}-${this.#pieces.length}`],
    };
  }
}

/**
 * Whether an object has exactly this content: by the SHA-256 in its metadata, by its ETag, and where neither says so, by reading it,
 * since not every server makes an ETag of the MD5.
 */
export async function isEqual(
  { requests }: Bucket,
  { name, found }: { readonly name: string; readonly found: S3Object },
  { size, sha256, etags }: ContentHashes,
  signal: AbortSignal,
): Promise<boolean> {
  if (found.size !== size) return false;
  if (found.metadata['sha256'] !== undefined) return found.metadata['sha256'] === sha256;
  if (etags.includes(found.etag)) return true;
  const hash = createHash('sha256');
  const slice = { offset: 0, length: size, size };
  try {
    for await (const bytes of readFrom(requests, name, slice, signal)) hash.update(bytes);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return hash.digest('hex') === sha256;
}

/** A range of an object's bytes. `size` is the whole object's. */
export function readFrom(
  requests: S3Requests,
  name: string,
  { offset, length, size }: { readonly offset: number; readonly length: number; readonly size: number },
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const place = pathIn({ requests }, name);
  return readObject(
    requests,
    {
      name,
      size,
      start: offset,
      end: offset + length,
      missing: () => blobMissing(place, name),
      damaged: (found) => blobDamaged(place, name, found),
    },
    signal,
  );
}
