import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { createPrivate } from './private-file.js';
import { faultOf } from './sqlite-errors.js';

/** A lock that is held until it is released. */
export interface FileLock {
  release(): void;
  /** Of one that is shared: whether nobody else has it. Then nobody gets it any more before it is released. */
  isSole?(): boolean;
}

/** How long taking a lock waits for a process that only checks whether it is held, in milliseconds. */
const WAIT_MS = 200;

/**
 * Takes the operating system's lock on the database file at `path` through SQLite, and creates the file if it is
 * missing; undefined when another process has the lock. It ends with its process, however that ends. Throws SQLite's
 * errors as they are, and those of createPrivate.
 */
export function lockFile(path: string): FileLock | undefined {
  createPrivate(path);
  const database = open(path, WAIT_MS);
  try {
    takeWhole(database);
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (faultOf(error) === 'busy') return undefined;
    throw error;
  }
}

/**
 * Takes a part of the lock on the file at `path`, which must exist: others may have a part, too, and nobody the whole. Undefined when
 * another process has the whole. It ends with its process. Throws SQLite's errors as they are.
 */
export function shareFile(path: string): FileLock | undefined {
  const database = open(path, WAIT_MS);
  try {
    database.exec('begin; select count(*) from sqlite_master');
    return {
      release: () => database.close(),
      isSole() {
        database.exec('rollback; pragma busy_timeout = 0');
        return triedWhole(database) === 'taken';
      },
    };
  } catch (error) {
    database.close();
    if (faultOf(error) === 'busy') return undefined;
    throw error;
  }
}

/** Whether a process has the lock on the file at `path`, or a part of it. The file must exist, and isn't changed. */
export function isFileHeld(path: string): boolean {
  const database = open(`${pathToFileURL(path).href}?mode=rw`, 0);
  try {
    const tried = triedWhole(database);
    return tried === 'readonly' ? isFileLocked(path) : tried === 'busy';
  } finally {
    database.close();
  }
}

/** `readonly`: the file is another user's, who alone can take the whole lock. */
function triedWhole(database: Libsql.Database): 'taken' | 'busy' | 'readonly' {
  try {
    takeWhole(database);
    return 'taken';
  } catch (error) {
    const fault = faultOf(error);
    if (fault === 'busy' || fault === 'readonly') return fault;
    throw error;
  }
}

/** The change is never committed. It fails if the file is read-only; an empty transaction wouldn't, and would lock nothing. */
function takeWhole(database: Libsql.Database): void {
  database.exec('pragma journal_mode = memory');
  database.exec('begin exclusive; pragma user_version = 1');
}

/** Whether a process has the whole lock on the file at `path`, which must exist. Takes no lock and writes nothing. */
export function isFileLocked(path: string): boolean {
  // Doesn't create a file that has been removed since.
  const database = open(`${pathToFileURL(path).href}?mode=ro`, 0);
  try {
    database.exec('begin; select count(*) from sqlite_master; rollback');
    return false;
  } catch (error) {
    if (faultOf(error) === 'busy') return true;
    throw error;
  } finally {
    database.close();
  }
}

function open(name: string, waitMs: number): Libsql.Database {
  const database = new Libsql(name);
  database.exec(`pragma busy_timeout = ${waitMs}`);
  return database;
}
