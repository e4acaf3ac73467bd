import { closeSync, openSync } from 'node:fs';
import { UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf, howToWrite } from '../base/system-errors.js';

/**
 * Creates a database's file with mode 0600, which SQLite also gives its -wal and -shm files, if the file is new. An
 * existing file is never opened, and a new one only once: closing any handle of a file releases this process's locks on
 * it, SQLite's among them. Returns whether it is new; throws NOT_A_FILE for a directory, a pipe and the like.
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
