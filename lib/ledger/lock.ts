import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import stringify from 'fast-json-stable-stringify';
import Libsql from 'libsql';
import type { Clock } from '../base/clock.js';
import { FailedError, messageOf, type TelepiError, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { isBusy, ledgerError } from './ledger-errors.js';
import { createPrivate } from './private-file.js';
import { codeOf, writeStateFile } from './state-file.js';

export interface Lock {
  /** Who held it last and never gave it back: killed, or ended by a reboot or a loss of power. */
  readonly takenFrom: LockHolder | undefined;
  /** Gives the lock back. A second call is no error. */
  release(): Promise<void>;
}

/** Who holds a lock, for people. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
}

/** So long a run waits for a look of `telepi status`. */
const WAIT_MS = 200;

/**
 * Takes the lock at `path`, or refuses with who holds it (UsageError JOB_RUNNING). What counts is the operating
 * system's lock on `path`.db, which SQLite takes: it ends with its process, however that ends, so that nothing is
 * left to clean up after a SIGKILL, a reboot, a new container with another hostname, or a move to another machine, and no
 * process that got the same pid is taken for the holder. The file `path` says who holds it.
 */
export async function acquireLock(path: string, clock: Clock, host = hostname()): Promise<Lock> {
  refuseOddFile(path);
  const database = hold(`${path}.db`);
  if (!database) throw heldBy(path, await readHolder(path));
  const own: LockHolder = { host, pid: process.pid, since: new Date(clock.now()).toISOString() };
  try {
    const takenFrom = await readHolder(path);
    await writeStateFile(path, `${stringify(own)}\n`);
    return { takenFrom, release: once(() => release(path, database)) };
  } catch (error) {
    database.close();
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
  // Writes nothing, and makes nothing that was taken away since.
  const database = open(`${path}.db`, 0, `${pathToFileURL(`${path}.db`).href}?mode=ro`);
  try {
    database.exec('begin; select count(*) from sqlite_master; rollback');
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw failed(`${path}.db`, error);
    return (await readHolder(path)) ?? { host: hostname(), pid: 0, since: '' };
  } finally {
    database.close();
  }
}

/** The database whose lock is this process's from now on; undefined when another has it. */
function hold(path: string): Libsql.Database | undefined {
  createPrivate(path);
  const database = open(path, WAIT_MS);
  try {
    // The change is never committed. It is refused where the file is read-only, which an empty transaction isn't:
    // that would lock nothing.
    database.exec('pragma journal_mode = memory');
    database.exec('begin exclusive; pragma user_version = 1');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw failed(path, error);
  }
}

function open(path: string, waitMs: number, name = path): Libsql.Database {
  try {
    const database = new Libsql(name);
    database.exec(`pragma busy_timeout = ${waitMs}`);
    return database;
  } catch (error) {
    throw failed(path, error);
  }
}

/** The text first: who comes between the two finds no lock. */
async function release(path: string, database: Libsql.Database): Promise<void> {
  try {
    await rm(path, { force: true });
  } finally {
    database.close();
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
  return new UsageError('JOB_RUNNING', `This job runs already: ${who}; wait until it ends or stop it.`, {
    fields: { ...holder },
  });
}
