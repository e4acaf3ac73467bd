import { linkSync, rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../base/system-errors.js';
import { type FileLock, lockFile } from './file-lock.js';
import { createPrivate } from './private-file.js';

/** A locked file, and the names by which it is locked. */
interface Held {
  readonly lock: FileLock;
  readonly names: Set<string>;
}

/**
 * Locks on files that are there for their locks alone: whoever releases one removes the file. To take the operating system's lock
 * costs half a millisecond, so files of one folder that are locked at the same time are names of one file.
 */
export class PassingLocks {
  readonly #held = new Map<string, Held>();

  /**
   * Takes the lock on the file at `path`; undefined when it is taken, by another process or by this one. It ends with its process.
   * Throws as lockFile.
   */
  take(path: string): FileLock | undefined {
    const folder = dirname(path);
    const held = this.#held.get(folder);
    if (held && isNamed(held, path)) return this.#named(held, path);
    const lock = lockAlone(path);
    if (!lock) return undefined;
    const own: Held = { lock, names: new Set() };
    if (!held && hasSharedLocks(folder)) this.#held.set(folder, own);
    return this.#named(own, path);
  }

  #named(held: Held, path: string): FileLock {
    held.names.add(path);
    return {
      release: () => {
        if (!held.names.delete(path)) return;
        rmSync(path, { force: true });
        if (held.names.size > 0) return;
        const folder = dirname(path);
        if (this.#held.get(folder) === held) this.#held.delete(folder);
        held.lock.release();
      },
    };
  }
}

/** One such lock. */
export function lockPassingFile(path: string): FileLock | undefined {
  return new PassingLocks().take(path);
}

function lockAlone(path: string): FileLock | undefined {
  for (;;) {
    createPrivate(path);
    const before = inodeOf(path);
    const lock = lockFile(path);
    if (!lock) return undefined;
    let isHeld = false;
    try {
      const now = inodeOf(path);
      // Whoever had it before may have removed the file in between: then this lock is one that nobody else sees.
      const isThere = before !== undefined && before.ino === now?.ino;
      isHeld = isThere && (now.nlink === 1n || !hasSharedLocks(dirname(path)));
      if (isHeld) return lock;
      // A process that died has left the file under other names, too, which are locks of their own.
      if (isThere) rmSync(path, { force: true });
    } finally {
      if (!isHeld) lock.release();
    }
  }
}

/** Gives the locked file another name, unless something has that, or the folder takes none: whoever locks it alone learns why. */
function isNamed({ names: [name] }: Held, path: string): boolean {
  try {
    if (name === undefined) return false;
    linkSync(name, path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a folder's file system is one of Linux's own, on which a lock of a file is seen under all its names. Others may keep a lock
 * for each name: those in a program (FUSE), which answer with the same inode for all of them.
 */
function hasSharedLocks(folder: string): boolean {
  return process.platform === 'linux' && SHARED_LOCKS.has(statfsSync(folder).type);
}

/** By the numbers of linux/magic.h: ext2 to ext4, XFS, Btrfs, tmpfs, OverlayFS, F2FS, ZFS. */
const SHARED_LOCKS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1,
]);

function inodeOf(path: string): { readonly ino: bigint; readonly nlink: bigint } | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
