import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomic, writeFileAtomic } from '../base/atomic-file.js';
import { FailedError, reasonOfSystem, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf, howToWrite } from '../base/system-errors.js';

/** The content of a state file, or undefined when there is none. Any other trouble is an error that names the file. */
export async function readStateFile(path: string): Promise<string | undefined> {
  refuseOddFile(path);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** What is said of a state file that can't be read. */
export function unreadable(path: string, error: unknown): UsageError {
  return new UsageError(
    'STATE_UNREADABLE',
    `Can't read ${path}, ${reasonOfSystem(error)}: make it a file that this user may read.`,
    { cause: error, fields: { path } },
  );
}

/**
 * Replaces a state file atomically, mode 0600. A full disk or a missing permission is an error that says what to do.
 */
export async function writeStateFile(path: string, data: string): Promise<void> {
  try {
    await writeFileAtomic(path, data);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The same for a file that isn't there; one that another process has made meanwhile stays as it is. */
export async function createStateFile(path: string, data: string): Promise<void> {
  try {
    await createFileAtomic(path, data);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): FailedError {
  return new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${howToWrite(error)}`, {
    cause: error,
    fields: { path },
  });
}

/** Removes a state file, if it is there. Throws as `writeStateFile` does. */
export async function removeStateFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw new FailedError('STATE_UNWRITABLE', `Can't remove ${path}: ${howToWrite(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}

/** A file that exists but doesn't hold what it should. `fix` is an imperative clause without a full stop. */
export function damagedFile(path: string, what: string, fix: string, cause?: unknown): UsageError {
  return new UsageError('STATE_DAMAGED', `${path} is damaged: ${what}. ${fix}.`, {
    cause,
    fields: { path },
  });
}

/** A file's text in a form that an error may quote: control characters must not reach a terminal or forge a line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Removes the files that an atomic write leaves behind when its process is killed. Only under the folder's lock. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((entry) => /^\.[0-9a-f-]{36}\.tmp$/.test(entry))) {
    await rm(join(folder, name), { force: true });
  }
}
