import { FailedError } from '../../base/errors.js';
import { type KeptFile, ProvenFile } from './kept-file.js';

/** Where a photo or file may rest. */
export interface KeptPlaces {
  /** The ones that this machine reaches, the nearest first. */
  readonly places: readonly KeptFile[];
  /** The others, in a person's words: other machines, disks that are away, files of which nobody knows the content. */
  readonly elsewhere: readonly string[];
}

/** Finds a photo or file by Telegram's id of it. */
export type FindKept = (mediaId: bigint, signal: AbortSignal) => Promise<KeptPlaces>;

/** How many files are remembered with the hashes of their parts: more than are carried over at once. */
const MOST_REMEMBERED = 64;

/** The files of messages as they were kept: the first place counts whose content is proven. */
export class KeptFiles {
  readonly #find: FindKept;
  readonly #open = new Map<bigint, Promise<ProvenFile>>();

  constructor(find: FindKept) {
    this.#find = find;
  }

  /**
   * Bytes of a file from `start` on, at most `length`.
   * @throws FailedError KEPT_FILE_NONE when nobody has kept it, KEPT_FILE_AWAY when it was kept where this machine can't reach it,
   *   KEPT_FILE_DAMAGED when what is there is something else
   */
  async read(mediaId: bigint, start: number, length: number, signal: AbortSignal): Promise<Buffer> {
    const file = await this.#proven(mediaId, signal);
    try {
      return await file.read(start, length, signal);
    } catch (error) {
      this.#open.delete(mediaId);
      throw error;
    }
  }

  #proven(mediaId: bigint, signal: AbortSignal): Promise<ProvenFile> {
    const known = this.#open.get(mediaId);
    if (known) return known;
    const finding = this.#firstProven(mediaId, signal);
    this.#open.set(mediaId, finding);
    finding.catch(() => this.#open.delete(mediaId));
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_REMEMBERED && oldest !== undefined) this.#open.delete(oldest);
    return finding;
  }

  async #firstProven(mediaId: bigint, signal: AbortSignal): Promise<ProvenFile> {
    let damage: unknown;
    const { places, elsewhere } = await this.#find(mediaId, signal);
    for (const place of places) {
      const file = new ProvenFile(place);
      try {
        await file.prove(signal);
        return file;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof FailedError)) throw error;
        damage ??= error;
      }
    }
    throw damage ?? (elsewhere.length > 0 ? away(mediaId, elsewhere) : neverKept(mediaId));
  }
}

function away(mediaId: bigint, elsewhere: readonly string[]): FailedError {
  return new FailedError(
    'KEPT_FILE_AWAY',
    `The file ${mediaId} was kept where this machine cannot read it (${elsewhere.slice(0, 3).join(', ')}): its message was not posted. Make that place reachable, or restore from the machine that has it.`,
    { fields: { mediaId: String(mediaId), elsewhere } },
  );
}

function neverKept(mediaId: bigint): FailedError {
  return new FailedError(
    'KEPT_FILE_NONE',
    `Nobody has kept the file ${mediaId}: its message was not posted.`,
    { fields: { mediaId: String(mediaId) } },
  );
}
