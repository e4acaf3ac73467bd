import { createReadStream } from 'node:fs';
import { mkdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PART_SIZE } from '../base/bytes.js';
import { TelepiError } from '../base/errors.js';
import { PART_ENDING, PartFile } from '../base/part-file.js';
import { codeOf } from '../base/system-errors.js';
import type { FileLock } from '../store/file-lock.js';
import type { PassingLocks } from '../store/passing-lock.js';
import { emptyFile } from '../transfer/errors.js';
import { appendParts } from './append-parts.js';
import { claimName } from './claim-name.js';
import { diskError } from './disk-error.js';
import { lockPart } from './part-lock.js';
import type { FilePlace, PlaceFile, ReceivedFile } from './place.js';
import { provenLength } from './proof.js';
import { MOST_NAME_BYTES, namePart } from './safe-name.js';
import { fileAt } from './walk-files.js';

/** As for a place, but `path` is the file's absolute one. */
export interface ReceiveOptions extends PlaceFile {
  /** Awaited when nobody else writes the file under way at `partPath`, before it is opened. */
  readonly onLocked?: (partPath: string) => Promise<void>;
  /** Those of the other files that come into the folder at the same time. */
  readonly locks?: PassingLocks;
}

/**
 * Writes one file to disk, part by part and in order: source → tagged parts → disk, with the byte budget as the last stage's
 * high-water mark. It has the ending `.part` until it is complete and durable; what an earlier process left of it is
 * continued, by one process at a time. The bytes must be exactly those announced, and with `verifySource` what Telegram's
 * hashes say. Resolves when the file has its name, for good. However it ends, no handle, timer, listener, request or byte of the
 * budget is left.
 * @throws FailedError FILE_NOT_WRITTEN for what the disk refuses; FileBusy while another process writes it; otherwise as
 *   transferFile.
 */
export async function receiveFile(options: ReceiveOptions): Promise<ReceivedFile> {
  const { name, size, path, signal } = options;
  if (size === 0) throw emptyFile(name);
  signal.throwIfAborted();
  const part = partPathOf(path, options.key);
  const lock = await onDisk(options, () => lockIn(dirname(path), part, options.locks));
  try {
    await onDisk(options, async () => options.onLocked?.(part));
    const { sha256, bytesBefore } = await receivePart(options, part);
    const onName = async (name: string) => (await options.onComplete?.(sha256, name)) ?? true;
    const named = await onDisk(options, () => claimName(part, path, onName));
    if (named === undefined) await onDisk(options, () => unlink(part));
    return { path: named, sha256, bytesBefore };
  } finally {
    lock.release();
  }
}

/** Makes the folder when it isn't there. */
async function lockIn(folder: string, part: string, locks?: PassingLocks): Promise<FileLock> {
  try {
    return lockPart(part, locks);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true });
    return lockPart(part, locks);
  }
}

/** Where the file at `path` is while it is under way. */
export function partPathOf(path: string, key: string): string {
  const name = namePart(basename(path), `.${key}`, MOST_NAME_BYTES - PART_ENDING.length);
  return join(dirname(path), `${name}${PART_ENDING}`);
}

async function receivePart(
  options: ReceiveOptions,
  path: string,
): Promise<Pick<ReceivedFile, 'sha256' | 'bytesBefore'>> {
  const { size, modified, signal } = options;
  const proven = options.verifySource ? { proven: await provenPart(options, path) } : {};
  const file = await onDisk(options, () => PartFile.open(path, { size, ...proven }, signal));
  const bytesBefore = Math.min(size, file.parts * PART_SIZE);
  try {
    options.onBegun?.(bytesBefore);
    await appendParts(options, {
      get parts() {
        return file.parts;
      },
      append: (bytes) => onDisk(options, () => file.append(bytes)),
    });
    options.onReceived?.();
    return { sha256: await onDisk(options, () => file.finish(modified)), bytesBefore };
  } catch (error) {
    // What the disk doesn't keep is read again: the error says what to do.
    await file.keep().catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

/** How much of what an earlier process has left is what Telegram's hashes say: it may not have compared them. */
async function provenPart(options: ReceiveOptions, path: string): Promise<number> {
  const { source, signal } = options;
  const there = await onDisk(options, () => fileAt(path));
  if (!there) return 0;
  const read: FilePlace['read'] = (from, { offset: start, length }, until) =>
    createReadStream(from, { start, end: start + length - 1, signal: until });
  return provenLength({ place: { read }, path, size: Math.min(there.size, options.size), source, signal });
}

async function onDisk<T>({ path, signal }: ReceiveOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TelepiError ? error : diskError(path, error);
  }
}
