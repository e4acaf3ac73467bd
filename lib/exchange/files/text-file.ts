import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../../base/atomic-file.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { codeOf } from '../../base/system-errors.js';
import { notWritten } from './disk-error.js';

/** How many characters are written at once. */
const CHUNK = 1 << 18;

/** A text file that is written piece by piece and gets its name when it is whole. The one that had the name before stays until then. */
export class TextFile {
  readonly path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #characters = 0;

  private constructor(path: string, part: string, file: FileHandle) {
    this.path = path;
    this.#part = part;
    this.#file = file;
  }

  /** `temporary`: a folder of the same file system. @throws FailedError EXPORT_NOT_WRITTEN, as all methods do */
  static async begin(path: string, temporary: string): Promise<TextFile> {
    return attempt(path, async () => {
      await makePrivateDirectory(dirname(path));
      const part = join(temporary, `${randomUUID()}.part`);
      return new TextFile(path, part, await open(part, 'wx', 0o600));
    });
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#characters += text.length;
    if (this.#characters >= CHUNK) await this.#flush();
  }

  /** Whether it says something else than the file that had the name; one that says the same stays. */
  async finish(): Promise<boolean> {
    await this.#flush();
    return attempt(this.path, async () => {
      await this.#file.sync();
      await this.#file.close();
      if (await isSame(this.#part, this.path)) {
        await rm(this.#part);
        return false;
      }
      await rename(this.#part, this.path);
      await syncDirectory(dirname(this.path));
      return true;
    });
  }

  /** Leaves no trace of one that isn't finished. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('');
    this.#waiting = [];
    this.#characters = 0;
    await attempt(this.path, () => this.#file.appendFile(text));
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** Compared piece by piece. */
async function isSame(one: string, other: string): Promise<boolean> {
  const size = (await stat(one)).size;
  const before = await stat(other).catch((error) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (before?.size !== size || !before.isFile()) return false;
  const files = await Promise.all([open(one), open(other)]);
  try {
    const pieces = files.map(() => Buffer.alloc(CHUNK)) as [Buffer, Buffer];
    for (let at = 0; at < size; ) {
      const reads = await Promise.all(
        files.map((file, index) => file.read(pieces[index] as Buffer, 0, CHUNK, at)),
      );
      const read = Math.min(...reads.map(({ bytesRead }) => bytesRead));
      if (read === 0 || !pieces[0].subarray(0, read).equals(pieces[1].subarray(0, read))) return false;
      at += read;
    }
    return true;
  } finally {
    for (const file of files) await file.close();
  }
}
