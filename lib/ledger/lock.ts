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
  /** Who held it last and never released it: killed, or ended by a reboot or a loss of power. */
  readonly takenFrom: LockHolder | undefined;
  /** Releases the lock. May be called more than once. */
  release(): Promise<void>;
}

/** Who holds a lock, for people. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Takes the lock at `path`, or refuses with who holds it (UsageError JOB_RUNNING). What counts is the operating
 * system's lock on `path`.db, which SQLite takes: it ends with its process, however that ends, so that nothing is
 * left to clean up after a SIGKILL, a reboot, a new container with another hostname, or a move to another machine,
 * and no process that got the same pid is taken for the holder. The file `path` says who holds it.
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

/** Refuses (JOB_RUNNING), as `acquireLock` does, while somebody holds the lock at `path`. Takes none. */
export async function refuseHeld(path: string): Promise<void> {
  const holder = await lockHolder(path);
  if (holder) throw heldBy(path, holder);
}

/** Who holds the lock at `path` now; undefined when nobody does. */
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

/** The text first: who comes between the two finds no lock. */
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

/** Undefined without a file, and for a text that no holder wrote whole: the disk was full. */
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
