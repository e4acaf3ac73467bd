import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { PART_SIZE } from './bytes.js';

/** The name of a file under way has this ending. */
export const PART_ENDING = '.part';

/** How many bytes may be written before they are made durable. */
export const SYNC_BYTES = 64 * PART_SIZE;

/**
 * A file that `keep` has made durable says how many parts it has by its time: so many steps, of two seconds, after this moment
 * in 1987. Every file system can keep such a time, no file under way has it by itself, and any later write takes it away.
 */
const KEPT_SINCE = Date.UTC(1987, 5, 5, 4, 3, 2) / 1000;
const KEPT_STEP = 2;

export interface PartFileOptions {
  /** The whole file's, in bytes. */
  readonly size: number;
  /** How many bytes at its beginning are known to be right; by default as many as are surely durable. */
  readonly proven?: number;
  /** Permission bits of a new file, before the umask. Default 0o666. */
  readonly mode?: number;
}

/** A file under way: its first parts, in order. Whoever opens it closes it. */
export class PartFile {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;
  #hash: Hash;
  #parts: number;
  #unsynced = 0;
  /** A write has failed: what of the file is durable is unknown, since a second sync says nothing of what the first one lost. */
  #isBroken = false;
  /** An earlier file under the same key was longer. */
  readonly #isTooLong: boolean;

  private constructor(path: string, size: number, handle: FileHandle, kept: Kept) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
    this.#parts = kept.parts;
    this.#hash = kept.hash;
    this.#isTooLong = kept.length > size;
  }

  /**
   * Opens the beginning of a file that an earlier process left, or begins one. Without `keep` the last SYNC_BYTES that were
   * written don't count: a machine that lost power may have noted their length without their content. What is kept is read once, for the
   * SHA-256 of the whole. Never follows a link in place of the file.
   * @param path names the content, too, so that the beginning of another file is never continued.
   */
  static async open(
    path: string,
    { size, proven, mode = 0o666 }: PartFileOptions,
    signal: AbortSignal,
  ): Promise<PartFile> {
    const { O_RDWR, O_CREAT, O_NOFOLLOW = 0 } = constants;
    const handle = await open(path, O_RDWR | O_CREAT | O_NOFOLLOW, mode);
    try {
      const { size: length, mtimeMs } = await handle.stat();
      const written = Math.min(length, size);
      const durable = Math.max(0, written - SYNC_BYTES);
      const parts = Math.max(
        Math.floor(Math.min(written, proven ?? durable) / PART_SIZE),
        proven === undefined ? keptParts(mtimeMs, Math.floor(written / PART_SIZE)) : 0,
      );
      const hash = await hashOf(handle, parts * PART_SIZE, signal);
      return new PartFile(path, size, handle, { parts, hash, length });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** How many parts are written. */
  get parts(): number {
    return this.#parts;
  }

  /** Writes the next part. Resolves when it is written; every SYNC_BYTES, when all before it is durable. */
  async append(bytes: Buffer): Promise<void> {
    await this.#writing(writeAll(this.#handle, bytes, this.#parts * PART_SIZE));
    this.#hash.update(bytes);
    this.#parts += 1;
    this.#unsynced += bytes.byteLength;
    if (this.#unsynced < SYNC_BYTES) return;
    await this.#writing(this.#handle.datasync());
    this.#unsynced = 0;
  }

  /**
   * Makes the complete file durable, and gives it its time.
   * @param modified unix seconds; without it, the time stays as it is
   * @returns the SHA-256 of the whole, in lower-case hexadecimal
   */
  async finish(modified?: number): Promise<string> {
    if (this.#isTooLong) await this.#writing(this.#handle.truncate(this.size));
    if (modified !== undefined) await this.#writing(this.#handle.utimes(modified, modified));
    await this.#writing(this.#handle.sync());
    return this.#hash.copy().digest('hex');
  }

  /**
   * Before it is closed half written: makes all of it durable, and notes that, so that the next process continues at its end. After
   * a write that failed it does nothing.
   */
  async keep(): Promise<void> {
    if (this.#parts === 0 || this.#isBroken) return;
    await this.#handle.datasync();
    const time = KEPT_SINCE + this.#parts * KEPT_STEP;
    await this.#handle.utimes(time, time);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #writing(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }
}

/** What an earlier process has left. */
interface Kept {
  /** In bytes; its parts and their hash are what counts of it. */
  readonly length: number;
  readonly parts: number;
  readonly hash: Hash;
}

/** How many parts `keep` has noted, of as many as are there; 0 when it hasn't. */
function keptParts(mtimeMs: number, there: number): number {
  const parts = (mtimeMs / 1000 - KEPT_SINCE) / KEPT_STEP;
  return Number.isInteger(parts) && parts > 0 && parts <= there ? parts : 0;
}

async function hashOf(handle: FileHandle, length: number, signal: AbortSignal): Promise<Hash> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(PART_SIZE);
  for (let at = 0; at < length; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, Math.min(PART_SIZE, length - at), at);
    if (bytesRead === 0) throw new Error(`it ends at byte ${at} of ${length}`);
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash;
}

/** A write may take fewer bytes than it was given, such as on a disk that is nearly full. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let at = 0; at < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.byteLength - at, position + at);
    at += bytesWritten;
  }
}
