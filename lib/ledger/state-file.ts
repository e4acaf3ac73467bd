import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.js';
import { FailedError, messageOf, reasonOfSystem, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';

/** The content of a state file, or undefined when there is none. Any other trouble is an error that names the file. */
export async function readStateFile(path: string): Promise<string | undefined> {
  refuseOddFile(path);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UsageError(
      'STATE_UNREADABLE',
      `Can't read ${path}, ${reasonOfSystem(error)}: make it a file that this user may read.`,
      { cause: error, fields: { path } },
    );
  }
}

/** Replaces a state file atomically, mode 0600. A full disk or a missing right is an error that says what to do. */
export async function writeStateFile(path: string, data: string): Promise<void> {
  try {
    await writeFileAtomic(path, data);
  } catch (error) {
    throw new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${writeMend(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}

/** A file that is there but doesn't hold what it should. `mend` is an imperative clause without a full stop. */
export function damagedFile(path: string, what: string, mend: string, cause?: unknown): UsageError {
  return new UsageError('STATE_DAMAGED', `${path} is damaged: ${what}. ${mend}.`, {
    cause,
    fields: { path },
  });
}

/** Text of a file as an error may quote it: control characters must not reach a terminal or forge a line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

/** Takes away what an atomic write leaves behind when its process is killed. Only under the folder's lock. */
export async function removeTemporaryFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((entry) => /^\.[0-9a-f-]{36}\.tmp$/.test(entry))) {
    await rm(join(folder, name), { force: true });
  }
}

/** What to do about a write that failed, as the end of a sentence. */
export function writeMend(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free some space and run again, nothing that was recorded is lost.';
    case 'EROFS':
      return 'the file system is read-only; choose another --data-dir.';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there; run telepi as the owner of the directory, or choose another --data-dir.';
    default:
      return `${messageOf(error)}; check the directory given by --data-dir.`;
  }
}

/** Node's code of a system error, e.g. ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
