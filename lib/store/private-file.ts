import { closeSync, openSync } from 'node:fs';
import { UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf, howToWrite } from '../base/system-errors.js';

/**
 * Makes a database's file when it's new, mode 0600, which SQLite gives its -wal and -shm files too. One that is there is
 * never opened, and the new one only once: closing any handle of a file releases this process's locks on it,
 * SQLite's among them. Returns whether it is new; throws NOT_A_FILE for a directory, a pipe and the like.
 */
export function createPrivate(path: string): boolean {
  refuseOddFile(path);
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new UsageError('STATE_UNWRITABLE', `Can't make ${path}: ${howToWrite(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}
