import type { Readable } from 'node:stream';

/**
 * Where files rest. A blob is named by the SHA-256 of its content (64 lower-case hexadecimal digits) and never changes; it is
 * there as a whole or not at all. Any number of processes may use one store at once. Every method rejects with the signal's
 * reason once its signal has aborted.
 * @throws FailedError BLOB_NOT_WRITTEN, BLOB_NOT_READ for what the disk or server refuses; S3_FAILED when no try reached the server.
 */
export interface BlobStore {
  /** What a person would call the place: a folder, or an s3:// address. */
  readonly place: string;

  /** Whether the blob is there, by name and not by reading it. */
  has(sha256: string, signal: AbortSignal): Promise<boolean>;

  /**
   * The blob's content, or a range of it. The stream fails with FailedError BLOB_DAMAGED if the blob ends early; it doesn't
   * compare the hash. An abort of the signal destroys it. Whoever opens it reads it to its end or destroys it.
   * @throws FailedError BLOB_MISSING; RangeError for a range that isn't inside the blob.
   */
  open(sha256: string, range: BlobRange, signal: AbortSignal): Promise<OpenBlob>;

  /**
   * Reads the blob and compares its content with its name.
   * @returns its size in bytes
   * @throws FailedError BLOB_MISSING, BLOB_DAMAGED.
   */
  verify(sha256: string, signal: AbortSignal): Promise<number>;

  /** Removes the blob for good. Returns false when it isn't there. */
  remove(sha256: string, signal: AbortSignal): Promise<boolean>;

  /** Begins a blob, or continues what an earlier writer of the same key left of it. Whoever begins it closes it. */
  write(content: NewBlob, signal: AbortSignal): Promise<BlobWriter>;
}

export interface BlobRange {
  /** The first byte. Default 0. */
  readonly start?: number;
  /** The byte after the last one. Default: the blob's size. */
  readonly end?: number;
}

export interface OpenBlob {
  /** The whole blob's, in bytes, whatever the range. */
  readonly size: number;
  readonly stream: Readable;
}

export interface NewBlob {
  /** Names the content before its hash is known: 1 to 64 letters, digits, `_` and `-`. */
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  /** What the content must be, where that is known. */
  readonly sha256?: string | undefined;
}

/** A blob under way. */
export interface BlobWriter {
  /** How many parts of PART_SIZE are written: the next one has this index. Above 0 at once when a beginning was kept. */
  readonly parts: number;

  /**
   * Writes the next part: PART_SIZE bytes, or what is left of the size.
   * @throws FailedError BLOB_CUT for a part of another length.
   */
  append(bytes: Buffer): Promise<void>;

  /**
   * Resolves when the blob has its name, for good, whoever else wrote the same.
   * @returns the SHA-256
   * @throws FailedError BLOB_CUT when parts are missing; BLOB_DIFFERS when the content isn't what was announced, and then
   * nothing of it is kept.
   */
  finish(): Promise<string>;

  /** Without `finish`, keeps what was written for the next writer of the key. May be called more than once. */
  close(): Promise<void>;
}
