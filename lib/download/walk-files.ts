import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { PART_ENDING } from '../base/part-file.js';
import { codeOf } from '../base/system-errors.js';
import { FOLDER_LOCK } from './folder-lock.js';
import { LOCK_ENDING } from './part-lock.js';

/** A file in a folder. */
export interface FoundFile {
  /** Absolute, if the folder's path is. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Unix seconds. */
  readonly modified: number;
  /** The same for two names of one file, and different for two files. */
  readonly identity: string;
}

export interface WalkOptions {
  readonly signal: AbortSignal;
  /** The absolute path of a folder that isn't entered. */
  readonly without?: string;
  /** A folder that this user may not read. */
  readonly onUnreadable?: (path: string) => void;
  /** A file under way. */
  readonly onPart?: () => void;
  /** The lock of a file under way, or of a folder below this one. */
  readonly onLock?: (path: string) => void;
}

/**
 * The files in a folder and the folders in it, in no particular order. Links aren't followed. Left out: what is hidden, files under way
 * (`.part`) and their locks.
 */
export async function* walkFiles(root: string, options: WalkOptions): AsyncGenerator<FoundFile> {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of entriesOf(folder, options)) {
      options.signal.throwIfAborted();
      const path = join(folder, entry.name);
      if (entry.name === FOLDER_LOCK && folder !== root) options.onLock?.(path);
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() && path !== options.without) folders.push(path);
      else if (entry.isFile()) {
        const file = await fileAt(path);
        // A lock is an empty file.
        if (file?.size === 0 && entry.name.endsWith(LOCK_ENDING)) options.onLock?.(path);
        else if (entry.name.endsWith(PART_ENDING)) options.onPart?.();
        else if (file) yield file;
      }
    }
  }
}

/** The file at a path; undefined when there is none, or something else. */
export async function fileAt(path: string): Promise<FoundFile | undefined> {
  try {
    const found = await lstat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    const modified = Math.floor(Number(found.mtimeMs) / 1000);
    return { path, size: Number(found.size), modified, identity: `${found.dev}:${found.ino}` };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

async function* entriesOf(folder: string, { onUnreadable }: WalkOptions): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    onUnreadable?.(folder);
  }
}
