import { createHash } from 'node:crypto';
import { FailedError } from '../../base/errors.js';
import type { Content } from '../../erase/as-import/upload-content.js';
import { type KeptFile, ProvenFile } from '../../erase/restore/kept-file.js';
import type { Restoring } from './restoring.js';

/** `damaged`: what is left of it is something else, or lies where this machine can't reach it. */
export type FileState = 'kept' | 'damaged' | 'none';

const NOTHING = createHash('sha256').digest('hex');

/** The kept files of an import, of which no byte is imported that isn't of the content that was kept. */
export class ImportFiles {
  readonly #kept: Restoring['kept'];
  readonly #signal: AbortSignal;
  /** Proven, and not opened yet. */
  readonly #proven = new Map<string, ProvenFile>();

  constructor({ kept, context }: Pick<Restoring, 'kept' | 'context'>) {
    this.#kept = kept;
    this.#signal = context.signal;
  }

  /** What is there of a file by the look of it, unread. */
  async look(id: string): Promise<FileState> {
    const { places, isNoted } = await this.#placesOf(id);
    if (places.length > 0) return 'kept';
    return isNoted ? 'damaged' : 'none';
  }

  /** Reads a file through, and remembers the hashes of its parts for `open`. Throws what its places throw. */
  async prove(id: string): Promise<FileState> {
    const { places, isNoted } = await this.#placesOf(id);
    const { file } = await this.#firstGood(places);
    if (!file) return isNoted ? 'damaged' : 'none';
    this.#proven.set(id, file);
    return 'kept';
  }

  /** A file's content, read through unless `prove` has done that. @throws FailedError IMPORT_FILE_DAMAGED, also from its `read` */
  async open(id: string): Promise<Content> {
    const known = this.#proven.get(id);
    this.#proven.delete(id);
    if (known) return guarded(id, known);
    const { file, damage } = await this.#firstGood((await this.#placesOf(id)).places);
    if (!file) throw fileDamaged(id, damage);
    return guarded(id, file);
  }

  async #placesOf(id: string) {
    const { places, elsewhere } = await this.#kept(BigInt(id), this.#signal);
    const wanted = places.filter(({ sha256 }) => sha256 !== NOTHING);
    const isNoted = wanted.length + elsewhere.length > 0;
    return { places: wanted.filter(({ size }) => size > 0), isNoted };
  }

  async #firstGood(places: readonly KeptFile[]): Promise<{ file?: ProvenFile; damage?: unknown }> {
    let damage: unknown;
    let unread: unknown;
    for (const place of places) {
      const file = new ProvenFile(place, { holdsSmall: false });
      try {
        await file.prove(this.#signal);
        return { file };
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!(error instanceof FailedError)) throw error;
        if (isDamage(error)) damage ??= error;
        else unread ??= error;
      }
    }
    // One that can't be read today may be tomorrow, and an import can't be repeated.
    if (unread !== undefined) throw unread;
    return { damage };
  }
}

function guarded(id: string, file: ProvenFile): Content {
  return {
    size: file.size,
    async read(start, length, signal) {
      try {
        return await file.read(start, length, signal);
      } catch (error) {
        throw isDamage(error) ? fileDamaged(id, error) : error;
      }
    },
  };
}

function isDamage(error: unknown): boolean {
  return error instanceof FailedError && error.code === 'KEPT_FILE_DAMAGED';
}

function fileDamaged(id: string, cause: unknown): FailedError {
  return new FailedError(
    'IMPORT_FILE_DAMAGED',
    `The kept file ${id} is damaged or gone, and the import of its message has not been started with it: put the right file back, or run the command again without it, and the message says in words what the file was.`,
    { cause, fields: { file: id } },
  );
}
