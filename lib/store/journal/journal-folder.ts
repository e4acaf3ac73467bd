import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { makePrivateDirectory } from '../../base/private-directory.js';
import type { Random } from '../../base/random.js';
import { codeOf } from '../../base/system-errors.js';
import { type FileLock, lockFile } from '../file-lock.js';
import type { StoreTables } from '../tables/schema.js';
import { type Entry, perform, rowsOf } from './entry.js';
import { Journal, type JournalOf, lockOf, read, unwritable } from './journal.js';

/** Where the rows of a data directory wait for a database that is out of reach. */
export const JOURNAL_FOLDER = 'unwritten';

const NAME = /^rows-\d{13,}-[0-9a-f]{12}\.jsonl$/;

/** Begins a journal in a data directory. @throws FailedError STATE_UNWRITABLE */
export async function newJournal(
  dataDir: string,
  of: JournalOf,
  { now, random }: { readonly now: number; readonly random: Random },
): Promise<Journal> {
  const folder = join(dataDir, JOURNAL_FOLDER);
  await makePrivateDirectory(folder).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  const name = `rows-${String(Math.floor(now)).padStart(13, '0')}-${random.bytes(6).toString('hex')}.jsonl`;
  const path = join(folder, name);
  const lock = lockFile(lockOf(path));
  if (!lock) throw new Error(`${path} is new, and locked.`);
  try {
    return await Journal.create(path, of, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Rows that a process has left, for another database than the one in use. */
export interface WaitingRows {
  readonly path: string;
  readonly of: JournalOf;
  readonly rows: number;
}

export interface LeftJournals {
  /** Those of this database, oldest first, which nobody else writes: whoever gets them closes or removes them. */
  readonly ours: Journal[];
  readonly others: readonly WaitingRows[];
}

/**
 * The journals in a data directory that processes have left; those of processes that run are theirs. `key`: of the database
 * in use; without one, all are of others.
 * @throws UsageError STATE_DAMAGED
 */
export async function leftJournals(dataDir: string, key: string | undefined): Promise<LeftJournals> {
  const ours: Journal[] = [];
  const others: WaitingRows[] = [];
  try {
    for (const path of await pathsIn(dataDir)) {
      const lock = lockFile(lockOf(path));
      const journal = lock && (await openLeft(path, lock));
      if (!journal) continue;
      if (journal.of.key === key) ours.push(journal);
      else {
        others.push({ path, of: journal.of, rows: journal.rows });
        await journal.close();
      }
    }
    return { ours, others: others.filter(({ rows }) => rows > 0) };
  } catch (error) {
    for (const journal of ours) await journal.close();
    throw error;
  }
}

/** Undefined when it has been written out since the folder was listed, or holds nothing. */
async function openLeft(path: string, lock: FileLock): Promise<Journal | undefined> {
  try {
    const journal = await Journal.open(path, lock);
    if (journal) return journal;
    await rm(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      lock.release();
      throw error;
    }
  }
  await rm(lockOf(path), { force: true });
  lock.release();
  return undefined;
}

export interface LeftRowsOptions<Tables> {
  readonly dataDir: string;
  /** Of the database. */
  readonly key: string;
  /** It answers. */
  readonly db: Kysely<Tables>;
  /** Awaited before each entry; throws when the database must not be written any more. */
  readonly keep: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Writes out what processes have left for a database. Returns how many rows that were. An error leaves the rest where it is. */
export async function writeLeftRows<Tables>({
  dataDir,
  key,
  db,
  keep,
  signal,
}: LeftRowsOptions<Tables>): Promise<{ readonly rows: number; readonly others: readonly WaitingRows[] }> {
  const { ours, others } = await leftJournals(dataDir, key);
  // One database has the tables of all rooms.
  const store = db as unknown as Kysely<StoreTables>;
  let rows = 0;
  try {
    for (let next = ours[0]; next; next = ours[0]) {
      const write = async (entry: Entry): Promise<void> => {
        await perform(store, entry, true);
        rows += rowsOf(entry);
      };
      await next.writeOut(write, async () => {
        signal.throwIfAborted();
        await keep();
      });
      ours.shift();
      await next.remove();
    }
    return { rows, others };
  } finally {
    for (const journal of ours) await journal.close();
  }
}

/** All rows that wait in a data directory, those of processes that run too. Writes nothing. */
export async function waitingRows(dataDir: string): Promise<WaitingRows[]> {
  const waiting: WaitingRows[] = [];
  for (const path of await pathsIn(dataDir)) {
    const found = await read(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (found && found.rows > 0) waiting.push({ path, of: found.of, rows: found.rows });
  }
  return waiting;
}

/** Oldest first. */
async function pathsIn(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, JOURNAL_FOLDER);
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
