import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import stringify from 'fast-json-stable-stringify';
import type { Clock } from '../base/clock.js';
import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf } from '../base/system-errors.js';
import { type FileLock, isFileLocked, lockFile } from '../store/file-lock.js';
import { ledgerError } from './ledger-errors.js';
import { writeStateFile } from './state-file.js';

export interface Lock {
  /** The last holder, if it never released the lock: it was killed, or ended by a reboot or a power cut. */
  readonly takenFrom: LockHolder | undefined;
  /** Releases the lock. May be called more than once. */
  release(): Promise<void>;
}

/** The holder of a lock, as shown to people. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Takes the lock at `path`, or refuses and names its holder (UsageError JOB_RUNNING). The lock itself is the operating
 * system's, on `path`.db, through SQLite: it ends with its process, however that ends. So nothing is left to clean up
 * after a SIGKILL, a reboot, a new container with another hostname or a move to another machine, and a process that got
 * the same pid isn't mistaken for the holder. The file `path` says who holds it.
 */
export async function acquireLock(path: string, clock: Clock, host = hostname()): Promise<Lock> {
  refuseOddFile(path);
  const lock = locking(`${path}.db`, lockFile);
  if (!lock) throw heldBy(path, await readHolder(path));
  const own: LockHolder = { host, pid: process.pid, since: new Date(clock.now()).toISOString() };
  try {
    const takenFrom = await readHolder(path);
    await writeStateFile(path, `${stringify(own)}\n`);
    return { takenFrom, release: once(() => release(path, lock)) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Refuses (JOB_RUNNING) as `acquireLock` does while somebody holds the lock at `path`, but doesn't take it. */
export async function refuseHeld(path: string): Promise<void> {
  const holder = await lockHolder(path);
  if (holder) throw heldBy(path, holder);
}

/** The current holder of the lock at `path`; undefined when nobody holds it. */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  for (const each of [path, `${path}.db`]) refuseOddFile(each);
  if (!existsSync(`${path}.db`)) return undefined;
  if (!locking(`${path}.db`, isFileLocked)) return undefined;
  return (await readHolder(path)) ?? { host: hostname(), pid: 0, since: '' };
}

function locking<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    throw error instanceof TelepiError ? error : failed(path, error);
  }
}

/** Removes the text first: a process that comes in between finds no lock. */
async function release(path: string, lock: FileLock): Promise<void> {
  try {
    await rm(path, { force: true });
  } finally {
    lock.release();
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

/** Undefined when there is no file, or when its text is incomplete because the disk was full. */
async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    const { host, pid, since } = JSON.parse(await readFile(path, 'utf8')) as Partial<LockHolder>;
    if (typeof host !== 'string' || typeof pid !== 'number') return undefined;
    return { host, pid, since: typeof since === 'string' ? since : '' };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError || error instanceof TypeError)
      return undefined;
    throw new UsageError('LOCK_FAILED', `Can't read ${path}: make it readable or delete it.`, {
      cause: error,
    });
  }
}

function failed(path: string, error: unknown): TelepiError {
  const known = ledgerError(error, path);
  if (known.code === 'STATE_UNWRITABLE') return known;
  return new FailedError(
    'LOCK_FAILED',
    `Can't lock ${path}, ${messageOf(error)}: delete it, and keep the data directory on a disk of this machine.`,
    { cause: error, fields: { path } },
  );
}

function heldBy(path: string, holder: LockHolder | undefined): UsageError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${holder.since}`
    : `another process holds ${path}.db`;
  return new UsageError(
    'JOB_RUNNING',
    `This job is already running: ${who}; wait until it ends, or stop it.`,
    {
      fields: { ...holder },
    },
  );
}
