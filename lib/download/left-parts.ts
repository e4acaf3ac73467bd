import type { Dirent } from 'node:fs';
import { lstat, mkdir, opendir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../base/system-errors.js';
import type { FileLock } from '../store/file-lock.js';
import { isCopyPart, keyInPart } from './copy-part.js';
import { FOLDER_LOCK } from './folder-lock.js';
import { isWithin } from './is-within.js';
import { FileBusy, lockOf, lockPart, partOfLock } from './part-lock.js';
import { fileAt } from './walk-files.js';

/**
 * Files under way that earlier processes have left in a folder, by the key of their content: whatever path the content would get
 * now, it is continued, and what isn't needed any more is removed. So is a lock without its file: of a process that died when the file
 * had its name. The folder is looked through once, when that is first asked.
 */
export class LeftParts {
  readonly #root: string;
  readonly #signal: AbortSignal;
  readonly #lock: typeof lockPart;
  #found: Promise<Map<string, Set<string>>> | undefined;

  constructor(root: string, signal: AbortSignal, lock = lockPart) {
    this.#root = root;
    this.#signal = signal;
    this.#lock = lock;
  }

  /**
   * Moves what was left of some content to where it is continued, unless something is there; what was left of a copy is removed. Its
   * caller has the lock of `part`.
   */
  async adopt(part: string, key: string): Promise<void> {
    for (const path of await this.#of(key)) {
      if (path === part) {
        forget(await this.#found, path, key);
        continue;
      }
      await this.#settle(path, key, async () => {
        if (isCopyPart(path, key) || (await isThere(part))) return rm(path, { force: true });
        await mkdir(dirname(part), { recursive: true });
        await move(path, part);
      });
    }
  }

  /** Removes what was left of content that lies here already. */
  async remove(key: string): Promise<void> {
    for (const path of await this.#of(key)) await this.#settle(path, key, () => rm(path, { force: true }));
  }

  /** Whether nothing is left, as far as time was to look. */
  async isEmpty(): Promise<boolean> {
    if (this.#signal.aborted) return false;
    this.#found ??= partsByKey(this.#root, this.#signal);
    for (const paths of (await this.#found).values())
      for (const path of paths) if (await isLeft(path)) return false;
    return true;
  }

  async #of(key: string): Promise<readonly string[]> {
    this.#found ??= partsByKey(this.#root, this.#signal);
    return [...((await this.#found).get(key) ?? [])];
  }

  /** What another process is writing is left to it. */
  async #settle(path: string, key: string, work: () => Promise<void>): Promise<void> {
    const found = await this.#found;
    let lock: FileLock;
    try {
      if (!(await isLeft(path))) return forget(found, path, key);
      lock = this.#lock(path);
    } catch (error) {
      if (error instanceof FileBusy) return;
      // Whoever had it has removed its folder, too.
      if (codeOf(error) === 'ENOENT') return forget(found, path, key);
      throw error;
    }
    try {
      // Whoever had the lock may have completed the file.
      if (await isThere(path)) await work();
      forget(found, path, key);
    } finally {
      lock.release();
    }
    await removeEmpty(this.#root, dirname(path));
  }
}

function forget(found: Map<string, Set<string>> | undefined, path: string, key: string): void {
  const paths = found?.get(key);
  paths?.delete(path);
  if (paths?.size === 0) found?.delete(key);
}

/** From another file system it is read from Telegram again. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    await rm(from, { force: true });
  }
}

/** Whether a file under way is there, or its lock. */
async function isLeft(part: string): Promise<boolean> {
  return (await isThere(part)) || isThere(lockOf(part));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw error;
  }
}

/** Folders that only a file under way was in. */
async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let path = folder; isWithin(root, path); path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'EBUSY', 'EACCES', 'EPERM', 'ENOENT'].includes(codeOf(error) ?? '')) return;
      throw error;
    }
  }
}

async function partsByKey(root: string, signal: AbortSignal): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder)) {
      signal.throwIfAborted();
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const part = entry.isFile() ? await partOf(path, entry.name) : undefined;
      const key = part && keyInPart(basename(part));
      if (part === undefined || key === undefined) continue;
      const others = found.get(key);
      if (others) others.add(part);
      else found.set(key, new Set([part]));
    }
  }
  return found;
}

/** The file under way that a file is, or whose lock it is. Both have its key, and a person's file that is called so isn't empty. */
async function partOf(path: string, name: string): Promise<string | undefined> {
  const part = name === FOLDER_LOCK ? undefined : partOfLock(path);
  if (part === undefined) return path;
  return (await fileAt(path))?.size === 0 ? part : undefined;
}

async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
  }
}
