import { createReadStream, existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What the names of files under way end with, which are named after their content. */
export const BEGUN = '.begun';
/** Notes of an export that has fetched files and isn't at its end. */
export const FETCHED = 'fetched.jsonl';

/**
 * What files that were fetched have as their content, noted before each gets its name. So an export that was cut off knows its
 * own files again, and fetches none of them twice.
 */
export class FetchedFiles {
  readonly #path: string;
  readonly #before: ReadonlyMap<string, string>;

  private constructor(path: string, before: ReadonlyMap<string, string>) {
    this.#path = path;
    this.#before = before;
  }

  static async open(notes: string): Promise<FetchedFiles> {
    const path = join(notes, FETCHED);
    const before = new Map<string, string>();
    if (existsSync(path)) {
      for await (const line of createInterface({ input: createReadStream(path) })) {
        // A process may have died within the last line.
        const [, key, sha256] = LINE.exec(line) ?? [];
        if (key !== undefined && sha256 !== undefined) before.set(key, sha256);
      }
    }
    return new FetchedFiles(path, before);
  }

  /** The SHA-256 of what an export that was cut off has fetched under this key. */
  of(key: string): string | undefined {
    return this.#before.get(key);
  }

  async note(key: string, sha256: string): Promise<void> {
    await appendFile(this.#path, `${JSON.stringify([key, sha256])}\n`, { mode: 0o600 });
  }
}

const LINE = /^\["([\w-]+)","([0-9a-f]{64})"\]$/;
