import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PART_ENDING } from '../../base/part-file.js';
import { codeOf } from '../../base/system-errors.js';
import type { Writers } from './writers.js';

/**
 * The folder of files under way. While one is being written, its name is `key~writer~number.part`; `key.part` is free for
 * whoever renames it first. So no file has two writers, and none is continued after another has given it a blob's name.
 */
export class Incoming {
  readonly #folder: string;
  readonly #writers: Writers;
  readonly #number: () => string;

  /** @param number returns another word of letters and digits each time */
  constructor(folder: string, writers: Writers, number: () => string) {
    this.#folder = folder;
    this.#writers = writers;
    this.#number = number;
  }

  /** A path for a file of this writer's own: what an earlier one left, or nothing yet. */
  async claim(key: string): Promise<string> {
    const path = join(this.#folder, `${key}~${this.#writers.own}~${this.#number()}${PART_ENDING}`);
    for (const name of await this.#leftOf(key)) if (await moved(join(this.#folder, name), path)) break;
    return path;
  }

  /** Leaves a file to the next writer of the key. */
  async release(key: string, path: string): Promise<void> {
    await moved(path, join(this.#folder, `${key}${PART_ENDING}`));
  }

  /**
   * Removes files that nobody has written to since `before` (unix milliseconds), whoever began them.
   * @returns how many
   */
  async sweep(before: number): Promise<number> {
    let count = 0;
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(passMissing);
      if (!found || found.mtimeMs >= before) continue;
      await rm(path, { force: true });
      count += 1;
    }
    return count;
  }

  async #leftOf(key: string): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => {
      if (!name.endsWith(PART_ENDING)) return false;
      const [itsKey, writer] = name.slice(0, -PART_ENDING.length).split('~');
      return itsKey === key && (writer === undefined || this.#writers.hasEnded(writer));
    });
  }
}

/** False when somebody else was faster. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    passMissing(error);
    return false;
  }
}

function passMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
