import { FailedError, UsageError } from '../base/errors.js';
import { PART_ENDING } from '../base/part-file.js';
import type { FileLock } from '../store/file-lock.js';
import { PassingLocks } from '../store/passing-lock.js';

/** The name of the lock of a file under way has this ending. The lock is an empty file. */
export const LOCK_ENDING = '.lock';

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
 * @param locks other rights that this process has at the same time
 * @throws FileBusy when another process has it.
 */
export function lockPart(partPath: string, locks = new PassingLocks()): FileLock {
  const lock = taken(lockOf(partPath), locks);
  if (!lock) throw new FileBusy(partPath);
  return lock;
}

/** Where the lock of a file under way is. */
export function lockOf(partPath: string): string {
  return `${partPath.slice(0, -PART_ENDING.length)}${LOCK_ENDING}`;
}

/** The file under way whose lock has this name or path; undefined when it is something else's. */
export function partOfLock(path: string): string | undefined {
  return path.endsWith(LOCK_ENDING) ? `${path.slice(0, -LOCK_ENDING.length)}${PART_ENDING}` : undefined;
}

/** Throws what the disk says, in place of words about a database. */
function taken(path: string, locks: PassingLocks): FileLock | undefined {
  try {
    return locks.take(path);
  } catch (error) {
    throw error instanceof UsageError && error.code === 'STATE_UNWRITABLE' ? error.cause : error;
  }
}
