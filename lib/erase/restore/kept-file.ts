import { createHash } from 'node:crypto';
import { PART_SIZE } from '../../base/bytes.js';
import { FailedError } from '../../base/errors.js';

/** A place at which a file of a message may rest. */
export interface KeptFile {
  /** What a person would call the place: a path, or an address in a bucket. */
  readonly place: string;
  /** In bytes. */
  readonly size: number;
  /** Of the content that belongs to the message, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The bytes from `start` (included) to `end`. */
  read(
    range: { readonly start: number; readonly end: number },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
}

/**
 * A kept file that is read part by part, of which no byte is handed out that isn't of the content with its SHA-256: it is read
 * through once before, and each part is compared with what it was then.
 */
export class ProvenFile {
  readonly #file: KeptFile;
  #parts: Promise<readonly Buffer[]> | undefined;
  /** The content of a file of a single part: it needn't be read twice. */
  #whole: Buffer | undefined;
  readonly #holdsSmall: boolean;

  /** `holdsSmall`: whether a file of a single part stays in memory once it was read. */
  constructor(file: KeptFile, { holdsSmall = true }: { readonly holdsSmall?: boolean } = {}) {
    this.#file = file;
    this.#holdsSmall = holdsSmall;
  }

  get size(): number {
    return this.#file.size;
  }

  /** @throws FailedError KEPT_FILE_DAMAGED when the content isn't what was kept, and what the place throws. */
  async prove(signal: AbortSignal): Promise<void> {
    // One that was aborted says nothing to others.
    this.#parts ??= this.#readThrough(signal);
    try {
      await this.#parts;
    } catch (error) {
      this.#parts = undefined;
      throw error;
    }
  }

  /** Bytes from `start` on, at most `length`; fewer at the file's end. */
  async read(start: number, length: number, signal: AbortSignal): Promise<Buffer> {
    await this.prove(signal);
    const end = Math.min(start + length, this.size);
    if (end <= start) return Buffer.of();
    const first = Math.floor(start / PART_SIZE);
    const parts: Buffer[] = [];
    for (let index = first; index * PART_SIZE < end; index += 1) parts.push(await this.#part(index, signal));
    const bytes = parts.length === 1 ? (parts[0] ?? Buffer.of()) : Buffer.concat(parts);
    return bytes.subarray(start - first * PART_SIZE, end - first * PART_SIZE);
  }

  async #part(index: number, signal: AbortSignal): Promise<Buffer> {
    if (this.#whole) return this.#whole;
    const start = index * PART_SIZE;
    const pieces: Uint8Array[] = [];
    const range = { start, end: Math.min(start + PART_SIZE, this.size) };
    for await (const piece of this.#file.read(range, signal)) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const hashes = await this.#parts;
    if (!hashes?.[index]?.equals(sha256(bytes))) throw this.#damaged();
    return bytes;
  }

  async #readThrough(signal: AbortSignal): Promise<readonly Buffer[]> {
    const { size, sha256: wanted } = this.#file;
    const isHeld = this.#holdsSmall && size <= PART_SIZE;
    const whole = createHash('sha256');
    const parts: Buffer[] = [];
    let [part, inPart, total] = [createHash('sha256'), 0, 0];
    const single: Uint8Array[] = [];
    for await (const piece of this.#file.read({ start: 0, end: size }, signal)) {
      whole.update(piece);
      if (isHeld) single.push(Buffer.from(piece));
      total += piece.length;
      for (let at = 0; at < piece.length; ) {
        const taken = piece.subarray(at, at + PART_SIZE - inPart);
        part.update(taken);
        at += taken.length;
        inPart += taken.length;
        if (inPart < PART_SIZE) continue;
        parts.push(part.digest());
        [part, inPart] = [createHash('sha256'), 0];
      }
    }
    if (inPart > 0) parts.push(part.digest());
    if (total !== size || whole.digest('hex') !== wanted) throw this.#damaged();
    if (isHeld) this.#whole = Buffer.concat(single);
    return parts;
  }

  #damaged(): FailedError {
    const { place } = this.#file;
    return new FailedError(
      'KEPT_FILE_DAMAGED',
      `${place} has other content than the file that was kept: its message was not posted. Put the right file there, and restore again with --retry-failed.`,
      { fields: { place } },
    );
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
