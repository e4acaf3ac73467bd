import { randomUUID } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { codeOf } from '../../base/system-errors.js';
import { addressOf, checkKey } from '../address.js';
import { blobDamaged, blobMissing, blobNotRead, blobNotWritten } from '../errors.js';
import { rangeWithin } from '../range.js';
import type { BlobRange, BlobStore, BlobWriter, NewBlob, OpenBlob } from '../store.js';
import { verifyContent } from '../verify-content.js';
import { DiskWriter } from './disk-writer.js';
import { Incoming } from './incoming.js';
import { readBlob } from './read-blob.js';
import { systemWriters, type Writers } from './writers.js';

/** Blobs in a folder, for its owner alone: `ab/cd/<sha256>`, and `incoming` for files under way. */
export class DiskBlobs implements BlobStore {
  readonly place: string;
  readonly #incomingFolder: string;
  readonly #incoming: Incoming;

  /** @param folder an absolute path; made when the first blob is written, in a folder that exists for good */
  constructor(folder: string, writers: Writers = systemWriters()) {
    this.place = folder;
    this.#incomingFolder = join(folder, 'incoming');
    this.#incoming = new Incoming(this.#incomingFolder, writers, randomUUID);
  }

  async has(sha256: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return (await this.#sizeOf(sha256)) !== undefined;
  }

  async open(sha256: string, range: BlobRange, signal: AbortSignal): Promise<OpenBlob> {
    signal.throwIfAborted();
    const size = await this.#sizeOf(sha256);
    if (size === undefined) throw blobMissing(this.place, sha256);
    const within = rangeWithin(range, size);
    return { size, stream: readBlob({ place: this.place, sha256, ...within }, signal) };
  }

  verify(sha256: string, signal: AbortSignal): Promise<number> {
    return verifyContent(this, sha256, signal);
  }

  async remove(sha256: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const path = join(this.place, addressOf(sha256));
    try {
      await rm(path);
      await syncDirectory(dirname(path));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw blobNotWritten(path, error);
    }
  }

  async write(content: NewBlob, signal: AbortSignal): Promise<BlobWriter> {
    checkKey(content.key);
    signal.throwIfAborted();
    return this.#inIncoming(signal, () => DiskWriter.open(this.place, this.#incoming, content, signal));
  }

  /**
   * Removes what writers left that never came back.
   * @param before unix milliseconds: files that were written to since then stay
   * @returns how many files
   */
  async sweep(before: number, signal: AbortSignal): Promise<number> {
    return this.#inIncoming(signal, () => this.#incoming.sweep(before));
  }

  async #inIncoming<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      await makePrivateDirectory(this.#incomingFolder);
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw blobNotWritten(this.#incomingFolder, error);
    }
  }

  async #sizeOf(sha256: string): Promise<number | undefined> {
    const path = join(this.place, addressOf(sha256));
    try {
      const found = await lstat(path);
      if (found.isFile()) return found.size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw blobNotRead(path, error);
    }
    throw blobDamaged(this.place, sha256, 'something other than a file is in its place');
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
