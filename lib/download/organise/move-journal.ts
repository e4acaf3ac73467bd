import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { codeOf } from '../../base/system-errors.js';
import type { Move } from './plan.js';

/** Which files are being moved: durable before the first of them is, and empty once the store knows where they are. */
export class MoveJournal {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** The journal of a folder, in the data directory. */
  static of(dataDir: string, folder: string): MoveJournal {
    return new MoveJournal(join(dataDir, 'organise', `${keyOf(folder)}.jsonl`));
  }

  /**
   * What an earlier process had begun. A line that can't be read was cut off when it was written, by a death or a full disk: its move
   * hadn't begun, since that waits for its line.
   */
  async read(): Promise<readonly Move[]> {
    const text = await readFile(this.#path, 'utf8').catch(passMissing);
    return (text ?? '')
      .split('\n')
      .slice(0, -1)
      .flatMap((line) => moveIn(line) ?? []);
  }

  /** When moves were last added, in milliseconds since the epoch; 0: it is empty. */
  async writtenAt(): Promise<number> {
    const found = await stat(this.#path).catch(passMissing);
    return found?.mtimeMs ?? 0;
  }

  /** Adds moves that are about to be made. */
  async add(moves: readonly Move[]): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(this.#path, 'a+', 0o600);
    try {
      const before = (await isCutOff(file)) ? '\n' : '';
      await file.appendFile(before + moves.map((move) => `${JSON.stringify(move)}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(this.#path));
  }

  /** All of them are made, and noted. */
  async clear(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

function moveIn(line: string): Move | undefined {
  try {
    return JSON.parse(line) as Move;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether its last line was cut off: what is added to it would be unreadable, too. */
async function isCutOff(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

function passMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** Of a folder's path, for names of files. */
export function keyOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 24);
}
