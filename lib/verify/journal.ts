import { type FileHandle, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { refuseOddFile } from '../base/odd-file.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import { codeOf } from '../base/system-errors.js';
import { wholeLines } from '../base/whole-lines.js';
import type { Finding } from './findings.js';

/** A line of a journal: JSON with a name for what it says. */
export interface JournalLine {
  readonly line: string;
  readonly [field: string]: unknown;
}

/** The first line: what is verified, and how. */
export interface JournalHead {
  /** Equal for verifications that may continue one another. */
  readonly key: string;
  readonly [field: string]: unknown;
}

const FORM = 4;

/**
 * A verification's journal: a file of JSON lines, in which every finding is, and from which a verification that was
 * killed continues. Lines are written in batches that end with a position, so a journal that was cut off is valid up to
 * its last position.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  #lines: JournalLine[] = [];

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Opens the journal at `path`. When it belongs to an unfinished verification with the same key, `replay` gets its
   * lines, in order, and its head is returned; otherwise it is begun again with `fresh`.
   */
  static async open<Head extends JournalHead>(
    path: string,
    key: string,
    replay: (line: JournalLine) => void,
    fresh: () => Promise<Head>,
  ): Promise<{ readonly journal: Journal; readonly head: Head; readonly continues: boolean }> {
    refuseOddFile(path);
    await makePrivateDirectory(dirname(path));
    const old = await readJournal<Head>(path, key);
    if (old) {
      await truncate(path, old.bytes);
      for await (const { line } of linesOf(path)) if (line.line !== 'begin') replay(line);
      return { journal: new Journal(path, await open(path, 'a', 0o600)), head: old.head, continues: true };
    }
    const head = await fresh();
    const journal = new Journal(path, await open(path, 'w', 0o600));
    journal.add({ ...head, line: 'begin', form: FORM });
    await journal.save({ line: 'position' });
    return { journal, head, continues: false };
  }

  add(line: JournalLine): void {
    this.#lines.push(line);
  }

  /** Makes everything added durable, together with the position at which it is true. */
  async save(position: JournalLine): Promise<void> {
    const text = [...this.#lines, position].map((line) => `${JSON.stringify(line)}\n`).join('');
    this.#lines = [];
    await this.#file.appendFile(text);
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** The findings in the journal at `path`, in order. */
export async function* findingsIn(path: string): AsyncGenerator<Finding> {
  for await (const { line } of linesOf(path)) if (line.line === 'finding') yield line['finding'] as Finding;
}

/** The head of an unfinished journal with this key, and how many bytes of it are valid. */
async function readJournal<Head extends JournalHead>(
  path: string,
  key: string,
): Promise<{ readonly head: Head; readonly bytes: number } | undefined> {
  let head: Head | undefined;
  let valid = 0;
  try {
    for await (const { line, end } of linesOf(path)) {
      if (line.line === 'begin') head = line as unknown as Head;
      if (!head || head.key !== key || head['form'] !== FORM || line.line === 'end') return undefined;
      if (line.line === 'position') valid = end;
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return head && valid > 0 ? { head, bytes: valid } : undefined;
}

/** Whole lines with the number of bytes up to their end; a last line that was cut off is left out. */
async function* linesOf(path: string): AsyncGenerator<{ readonly line: JournalLine; readonly end: number }> {
  for await (const { text, end } of wholeLines(path)) {
    const line = parsed(text);
    if (!line) return;
    yield { line, end };
  }
}

function parsed(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as JournalLine | null;
    return typeof line?.line === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}
