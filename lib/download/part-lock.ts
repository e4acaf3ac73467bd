import { rmSync, statSync } from 'node:fs';
import { FailedError, UsageError } from '../base/errors.js';
import { PART_ENDING } from '../base/part-file.js';
import { codeOf } from '../base/system-errors.js';
import { type FileLock, lockFile } from '../store/file-lock.js';
import { createPrivate } from '../store/private-file.js';

/** Another process is writing the same file: whoever comes later waits until it has ended. */
export class FileBusy extends FailedError {
  constructor(path: string) {
    super('FILE_BUSY', `Another run is downloading ${path}: wait for it to end, then run again.`, {
      fields: { path },
    });
  }
}

/**
 * The sole right to write a file under way: of all processes that see the folder, one has it. It ends with its process.
 * @throws FileBusy when another process has it.
 */
export function lockPart(partPath: string): FileLock {
  const path = `${partPath.slice(0, -PART_ENDING.length)}.lock`;
  for (;;) {
    create(path);
    const before = inodeOf(path);
    const lock = lockFile(path);
    if (!lock) throw new FileBusy(partPath);
    // Whoever had it before may have removed the file in between: then this lock is one that nobody else sees.
    if (before !== undefined && before === inodeOf(path)) return releasing(lock, path);
    lock.release();
  }
}

/** Throws what the disk says, in place of words about a database. */
function create(path: string): void {
  try {
    createPrivate(path);
  } catch (error) {
    throw error instanceof UsageError && error.code === 'STATE_UNWRITABLE' ? error.cause : error;
  }
}

function releasing(lock: FileLock, path: string): FileLock {
  return {
    release() {
      rmSync(path, { force: true });
      lock.release();
    },
  };
}

function inodeOf(path: string): bigint | undefined {
  try {
    return statSync(path, { bigint: true }).ino;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
