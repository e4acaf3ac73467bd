import { createReadStream } from 'node:fs';
import { mkdir, opendir, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { TelepiError } from '../base/errors.js';
import { PART_ENDING } from '../base/part-file.js';
import { codeOf } from '../base/system-errors.js';
import type { FileLock } from '../store/file-lock.js';
import { PassingLocks } from '../store/passing-lock.js';
import { copyPartOf } from './copy-part.js';
import { diskError } from './disk-error.js';
import { FOLDER_LOCK, shareFolder } from './folder-lock.js';
import { LeftParts } from './left-parts.js';
import { FileBusy, lockPart } from './part-lock.js';
import type { FilePlace, Named, SecondName } from './place.js';
import { partPathOf, receiveFile } from './receive-file.js';
import { copyOf, linkFile } from './second-name.js';
import { freeReservedName } from './without-links.js';

/** A folder as the place of a download. It is made when the first file comes. */
export function diskPlace(folder: string): FilePlace {
  const root = resolve(folder);
  const pathOf = (relative: string): string => join(root, ...relative.split('/'));
  let sizes: Promise<ReadonlyMap<number, readonly string[]>> | undefined;
  let left: LeftParts | undefined;
  const underWay = new Set<string>();
  const locks = new PassingLocks();
  /** Remembers which files under way are left in the folder. */
  const tracked = async <T>(wanted: string, key: string, work: () => Promise<T>): Promise<T> => {
    const part = partPathOf(wanted, key);
    let isLeft = true;
    underWay.add(part);
    try {
      const result = await work();
      isLeft = false;
      return result;
    } catch (error) {
      // It is another process's.
      if (error instanceof FileBusy) isLeft = false;
      throw error;
    } finally {
      if (!isLeft) underWay.delete(part);
    }
  };
  const named = (name: SecondName, give: (name: SecondName) => Promise<Named>): Promise<Named> => {
    const wanted = pathOf(name.wanted);
    return tracked(wanted, name.key, () => onDisk(name, () => give({ ...name, wanted })));
  };
  return {
    words: root,
    holds: isAbsolute,
    pathOf,
    receive(file) {
      const path = pathOf(file.path);
      const onLocked = async (part: string) => left?.adopt(part, file.key);
      return tracked(path, file.key, () => receiveFile({ ...file, path, onLocked, locks }));
    },
    async discard({ path, key }) {
      const part = partPathOf(pathOf(path), key);
      await discardPart(part, key);
      underWay.delete(part);
    },
    async freeName({ path, at }) {
      await freeReservedName(path, at);
    },
    remove: (path) => rm(path, { force: true }),
    stat: statFile,
    read: async function* (path, { offset, length }, signal) {
      if (length > 0) yield* createReadStream(path, { start: offset, end: offset + length - 1, signal });
    },
    async filesOfSize(size, signal) {
      sizes ??= filesBySize(root, signal);
      try {
        return (await sizes).get(size) ?? [];
      } catch (error) {
        sizes = undefined;
        throw error;
      }
    },
    link: (name) => named(name, linkFile),
    copy: (name) => named(name, copyOf),
    async hold(signal) {
      await mkdir(root, { recursive: true });
      const lock = shareFolder(root);
      left = lock.wasLeft ? new LeftParts(root, signal) : undefined;
      return async () => {
        // What can't be looked through may hold something.
        const isEmpty = left === undefined || (await left.isEmpty().catch(() => false));
        left = undefined;
        lock.release(underWay.size === 0 && isEmpty);
      };
    },
    async tidy(key) {
      await left?.remove(key);
    },
    close: async () => {},
  };
}

/** What another process is writing is left to it. */
async function discardPart(path: string, key: string): Promise<void> {
  if (!(await isFolder(dirname(path)))) return;
  await unlessBusy(path, async () => {
    await rm(path, { force: true });
    const copy = copyPartOf(path, key);
    // Its lock goes, too: a process may have died when the copy had its name and the lock was there yet.
    await unlessBusy(copy, () => rm(copy, { force: true }));
  });
}

async function unlessBusy(part: string, work: () => Promise<void>): Promise<void> {
  let lock: FileLock;
  try {
    lock = lockPart(part);
  } catch (error) {
    if (error instanceof FileBusy) return;
    throw error;
  }
  try {
    await work();
  } finally {
    lock.release();
  }
}

/** The size in bytes and the time in unix seconds of the file at an absolute path; undefined when there is none. */
export async function statFile(
  path: string,
): Promise<{ readonly size: number; readonly modified: number } | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? { size: found.size, modified: Math.floor(found.mtimeMs / 1000) } : undefined;
  } catch (error) {
    if (NOT_THERE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Whether anything but a lock is in the folder of a path: a mount point without its disk is empty, if it is there at all. */
export async function isFolderUsed(path: string): Promise<boolean> {
  for await (const { name } of entriesOf(dirname(path))) if (name !== FOLDER_LOCK) return true;
  return false;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (NOT_THERE.has(codeOf(error) ?? '')) return false;
    throw error;
  }
}

const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES']);

/** Folders that can't be read are passed over, and links aren't followed. */
async function filesBySize(
  root: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, string[]>();
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder)) {
      signal.throwIfAborted();
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile() || entry.name.endsWith(PART_ENDING)) continue;
      const size = (await statFile(path))?.size;
      if (size === undefined) continue;
      const others = found.get(size);
      if (others) others.push(path);
      else found.set(size, [path]);
    }
  }
  return found;
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!NOT_THERE.has(codeOf(error) ?? '')) throw error;
  }
}

async function onDisk<T>({ wanted, signal }: SecondName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TelepiError ? error : diskError(wanted, error);
  }
}
