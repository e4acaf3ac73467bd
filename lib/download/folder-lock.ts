import { closeSync, existsSync, openSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf } from '../base/system-errors.js';
import { type FileLock, isFileHeld, isFileLocked, lockFile, shareFile } from '../store/file-lock.js';

/** In each folder into which a download runs, or in which organise moves files. */
export const FOLDER_LOCK = '.telepi.lock';

/** The right to a folder, as long as this process lives. */
export interface FolderLock {
  /** Whether a process was here before that died, or that left files under way. */
  readonly wasLeft: boolean;
  /** @param isTidy false: files under way are left, and the next process is to see that */
  release(isTidy: boolean): void;
}

/**
 * The right to download into a folder: several processes have it at once, on every machine that sees the folder, but none
 * while organise moves files there.
 * @throws UsageError ORGANISE_RUNS; FailedError FOLDER_NOT_LOCKED
 */
export function shareFolder(folder: string): FolderLock {
  const lock = locked(folder, shareFile);
  if (!lock) throw organiseRuns(folder);
  try {
    for (const path of locksAbove(folder)) if (onLock(path, isFileLocked)) throw organiseRuns(dirname(path));
  } catch (error) {
    lock.release(true);
    throw error;
  }
  return lock;
}

/**
 * The sole right to a folder.
 * @throws UsageError ORGANISE_RUNS or DOWNLOAD_RUNS; FailedError FOLDER_NOT_LOCKED
 */
export function takeFolder(folder: string): FolderLock {
  const lock = locked(folder, lockFile);
  if (!lock) throw whoHolds(join(folder, FOLDER_LOCK));
  try {
    for (const path of locksAbove(folder)) refuseHeld(path);
  } catch (error) {
    lock.release(!lock.wasLeft);
    throw error;
  }
  return lock;
}

/**
 * Refuses a lock that a process has.
 * @param path of the lock of a folder, whether or not it is there
 * @throws UsageError ORGANISE_RUNS or DOWNLOAD_RUNS
 */
export function refuseHeld(path: string): void {
  if (existsSync(path) && onLock(path, isFileHeld)) throw whoHolds(path);
}

function whoHolds(path: string): UsageError {
  const folder = dirname(path);
  return onLock(path, isFileLocked) ? organiseRuns(folder) : downloadRuns(folder, path);
}

function organiseRuns(folder: string): UsageError {
  return new UsageError(
    'ORGANISE_RUNS',
    `telepi organise moves files in ${folder}: wait for it to end, then run again.`,
    { fields: { path: folder } },
  );
}

export function downloadRuns(folder: string, path: string): UsageError {
  return new UsageError(
    'DOWNLOAD_RUNS',
    `A download into ${folder} is running (${path}): wait for it to end, or stop it, then run again.`,
    { fields: { path } },
  );
}

function locked(folder: string, take: (path: string) => FileLock | undefined): FolderLock | undefined {
  const path = join(folder, FOLDER_LOCK);
  for (;;) {
    const wasLeft = !onDisk(folder, () => create(path));
    const before = statOf(path);
    const lock = onDisk(folder, () => take(path));
    if (!lock) return undefined;
    // Whoever had it before may have removed the file in between: then this lock is one that nobody else sees.
    if (before !== undefined && before.ino === statOf(path)?.ino)
      return { wasLeft, release: releasing(lock, path, before.mtimeNs) };
    lock.release();
  }
}

/** The last one takes the file away, unless its time says that somebody meanwhile has left something. */
function releasing(lock: FileLock, path: string, madeAt: bigint): FolderLock['release'] {
  return (isTidy) => {
    if (!isTidy) touch(path);
    else if (statOf(path)?.mtimeNs === madeAt && (lock.isSole?.() ?? true)) rmSync(path, { force: true });
    lock.release();
  };
}

function touch(path: string): void {
  try {
    const time = LEFT + process.pid;
    utimesSync(path, time, time);
  } catch (error) {
    // Another user's stays as it is, and then for longer than need be.
    if (!['ENOENT', 'EPERM', 'EACCES'].includes(codeOf(error) ?? '')) throw error;
  }
}

/** In unix seconds, the year 2000: with its pid, which nobody else has, the time that a process gives to a lock when it leaves something. */
const LEFT = 946_684_800;

function* locksAbove(folder: string): Generator<string> {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const path = join(dirname(at), FOLDER_LOCK);
    if (existsSync(path)) yield path;
  }
}

/** Others who share the folder must be able to read it. Returns whether it is new. */
function create(path: string): boolean {
  refuseOddFile(path);
  try {
    // Never one that is there already: closing any handle of a file releases this process's locks on it.
    closeSync(openSync(path, 'wx', 0o666));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Asks of another process's lock, which may be taken away meanwhile. */
function onLock(path: string, ask: (path: string) => boolean): boolean {
  return onDisk(dirname(path), () => {
    try {
      return ask(path);
    } catch (error) {
      if (!existsSync(path)) return false;
      throw error;
    }
  });
}

function onDisk<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TelepiError) throw error;
    throw new FailedError(
      'FOLDER_NOT_LOCKED',
      `${folder} can't be locked against other processes: ${messageOf(error)}. If it is a network folder, mount it with locks.`,
      { cause: error, fields: { path: folder } },
    );
  }
}

function statOf(path: string): { readonly ino: bigint; readonly mtimeNs: bigint } | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
