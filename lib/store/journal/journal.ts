import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { FailedError, messageOf, UsageError } from '../../base/errors.js';
import { howToWrite } from '../../base/system-errors.js';
import { wholeLines } from '../../base/whole-lines.js';
import type { FileLock } from '../file-lock.js';
import { isOutOfReach } from '../out-of-reach.js';
import { type Entry, entryOf, entryText, lineOf, rowsOf } from './entry.js';

/** The database for which rows wait. */
export interface JournalOf {
  /** Equal for one database, whatever its user and password are. */
  readonly key: string;
  /** What people call it. */
  readonly name: string;
}

/** Its first line. */
interface Head extends JournalOf {
  readonly journal: typeof FORM;
}

const FORM = 1;
/** How many bytes may wait: some two million messages. */
const MOST_BYTES = 4 * 2 ** 30;

/**
 * Rows that wait for a database, in a file of JSON lines that one process writes: its head, entries, and marks up to where
 * they are in the database by now. A line is durable before its call returns. Whoever opens it closes it.
 */
export class Journal {
  readonly path: string;
  readonly of: JournalOf;
  readonly #handle: FileHandle;
  readonly #lock: FileLock;
  /** Up to here, everything is written and durable; up to there, everything is in the database. */
  #end: number;
  #written: number;
  #rows: number;
  #batch: Batch | undefined;
  #last: Promise<void> = Promise.resolve();
  #failure: FailedError | undefined;

  private constructor(path: string, found: Found, handle: FileHandle, lock: FileLock) {
    this.path = path;
    this.of = found.of;
    this.#handle = handle;
    this.#lock = lock;
    this.#end = found.end;
    this.#written = found.written;
    this.#rows = found.rows;
  }

  /** Begins a file, which nobody has at `path`. @throws FailedError STATE_UNWRITABLE */
  static async create(path: string, of: JournalOf, lock: FileLock): Promise<Journal> {
    try {
      const handle = await open(path, 'ax', 0o600);
      const head = Buffer.from(`${JSON.stringify({ journal: FORM, ...of } satisfies Head)}\n`);
      await handle.appendFile(head);
      await handle.datasync();
      await syncDirectory(dirname(path));
      return new Journal(path, { of, end: head.byteLength, written: head.byteLength, rows: 0 }, handle, lock);
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /**
   * Opens a file that another process has left; undefined when nothing in it was ever durable. A last line that was cut
   * off wasn't durable, and goes. @throws UsageError STATE_DAMAGED
   */
  static async open(path: string, lock: FileLock): Promise<Journal | undefined> {
    const found = await read(path);
    if (!found) return undefined;
    const handle = await open(path, 'a', 0o600);
    await handle.truncate(found.end);
    return new Journal(path, found, handle, lock);
  }

  /** How many rows wait. */
  get rows(): number {
    return this.#rows;
  }

  /** How many bytes wait. */
  get bytes(): number {
    return this.#end - this.#written;
  }

  /**
   * Adds an entry; resolves when it is durable, together with others that came meanwhile. After a failure nothing is added
   * any more. @throws FailedError STATE_UNWRITABLE, JOURNAL_FULL
   */
  append(entry: Entry): Promise<void> {
    return this.#add(entryText(entry), rowsOf(entry));
  }

  #add(line: string, rows: number): Promise<void> {
    const batch = this.#batch ?? this.#newBatch();
    this.#batch = batch;
    batch.lines.push(line);
    batch.rows += rows;
    return batch.durable;
  }

  #newBatch(): Batch {
    const lines: string[] = [];
    const durable: Promise<void> = this.#last.then(() => {
      this.#batch = undefined;
      return this.#write(batch);
    });
    const batch: Batch = { lines, rows: 0, durable };
    this.#last = durable.catch(() => {});
    return batch;
  }

  /** Resolves when everything that was added is durable, or has failed. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #write({ lines, rows }: Batch): Promise<void> {
    if (this.#failure) throw this.#failure;
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    try {
      if (this.bytes + bytes.byteLength > MOST_BYTES) throw full(this);
      await this.#handle.appendFile(bytes);
      await this.#handle.datasync();
    } catch (error) {
      // What a write that failed has left is a line that was cut off, and must stay the last one.
      this.#failure = error instanceof FailedError ? error : unwritable(this.path, error);
      throw this.#failure;
    }
    this.#end += bytes.byteLength;
    this.#rows += rows;
  }

  /**
   * Gives `work` the entries that wait by now, in their order; what it has done counts as written. What it throws leaves the
   * rest waiting, and so does what `mayWrite` throws, which is asked before each of them. One at a time.
   */
  async writeOut(
    work: (entry: Entry) => Promise<unknown>,
    mayWrite: () => void | Promise<void> = () => {},
  ): Promise<void> {
    let sinceMark = 0;
    for await (const { text, end } of wholeLines(this.path, { start: this.#written, end: this.#end })) {
      const entry = entryOf(lineOf(text));
      if (entry) {
        await mayWrite();
        await work(entry).catch(async (error: unknown) => {
          throw isOutOfReach(error) ? error : await this.#refused(entry, error);
        });
        this.#rows -= rowsOf(entry);
        sinceMark += 1;
      }
      this.#written = end;
      if (sinceMark < ENTRIES_A_MARK) continue;
      sinceMark = 0;
      // Only saves work: whoever doesn't find it writes the same entries again.
      this.#add(JSON.stringify({ written: end } satisfies Mark), 0).catch(() => {});
    }
  }

  /** The error for the first line that waits: neither a server nor a person can guess which one it is. */
  async #refused({ call }: Entry, cause: unknown): Promise<FailedError> {
    let line = 1;
    for await (const _ of wholeLines(this.path, { start: 0, end: this.#written })) line += 1;
    return new FailedError(
      'ROW_REFUSED',
      `Line ${line} of ${this.path} (${call}) can't be written into ${this.of.name}: ${messageOf(cause)} ` +
        `Fix that, or cut the line out into another file, and run again; until then it and the lines after it wait, and nothing of them is lost.`,
      { cause, fields: { path: this.path, line, call } },
    );
  }

  /** Ends with it, and leaves the file. */
  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
    this.#lock.release();
  }

  /** Ends with it, and removes the file: everything is in the database. */
  async remove(): Promise<void> {
    await this.#last;
    await this.#handle.close();
    await rm(this.path, { force: true });
    await rm(lockOf(this.path), { force: true });
    this.#lock.release();
  }
}

/** Lines that become durable together. */
interface Batch {
  readonly lines: string[];
  rows: number;
  readonly durable: Promise<void>;
}

const ENTRIES_A_MARK = 100;

/** The line which says up to which byte everything is in the database. */
interface Mark {
  readonly written: number;
}

/** The file by whose lock a process shows that it writes the journal at `path`. */
export function lockOf(path: string): string {
  return path.replace(/\.jsonl$/, '.lock');
}

interface Found {
  readonly of: JournalOf;
  readonly end: number;
  readonly written: number;
  readonly rows: number;
}

/** What is in a journal; undefined when it ends within its first line. @throws UsageError STATE_DAMAGED */
export async function read(path: string): Promise<Found | undefined> {
  let head: Head | undefined;
  let end = 0;
  let written = 0;
  let cutOff = false;
  const waiting: { readonly end: number; readonly rows: number }[] = [];
  for await (const { text, end: next } of wholeLines(path)) {
    const line = lineOf(text);
    const entry = entryOf(line);
    const mark = (line as Partial<Mark> | undefined)?.written;
    const isHead = !head && (line as Partial<Head> | undefined)?.journal === FORM;
    const isOurs = isHead || (head && (entry || typeof mark === 'number'));
    // A machine that has lost power may have kept the length of a last write without all of its content.
    if (isOurs && cutOff) throw damaged(path);
    cutOff = !isOurs;
    if (cutOff) continue;
    end = next;
    if (isHead) head = line as Head;
    if (isHead) written = next;
    if (entry) waiting.push({ end: next, rows: rowsOf(entry) });
    if (typeof mark === 'number') written = mark;
  }
  if (!head) {
    if (cutOff) throw damaged(path);
    return undefined;
  }
  const rows = waiting.reduce((sum, each) => sum + (each.end > written ? each.rows : 0), 0);
  return { of: { key: head.key, name: head.name }, end, written, rows };
}

function damaged(path: string): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `${path} holds rows that wait for the database, and is damaged: restore a backup of it, or move it away, and what it held is read from Telegram again.`,
    { fields: { path } },
  );
}

/** The error for a journal that can't be made or written. */
export function unwritable(path: string, cause: unknown): FailedError {
  return new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${howToWrite(cause)}`, {
    cause,
    fields: { path },
  });
}

function full({ path, of: { name } }: Journal): FailedError {
  return new FailedError(
    'JOURNAL_FULL',
    `${basename(path)} holds as many rows that wait for ${name} as it may, 4 GB: start the server, then run again. Nothing that was recorded is lost.`,
    { fields: { path, database: name } },
  );
}
