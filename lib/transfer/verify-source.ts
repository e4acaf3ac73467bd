import { createHash } from 'node:crypto';
import { orAborted } from '../base/abort.js';
import { PART_SIZE } from '../base/bytes.js';
import type { RangeHash } from '../base/file-parts.js';
import { SourceMismatch, sourceUnverified } from './errors.js';
import type { PartSource } from './options.js';
import { partLength, type TaggedPart } from './tag-parts.js';

export interface VerifierOptions {
  readonly name: string;
  /** Size of the whole file in bytes. */
  readonly size: number;
  readonly source: PartSource;
  /** The parts to verify, ascending. */
  readonly indices: readonly number[];
  readonly signal: AbortSignal;
}

/** For how many parts ahead hashes are requested: an answer covers two, and shouldn't have to be waited for. */
const PARTS_AHEAD = 8;

/**
 * Compares each part, in order, with the SHA-256 of its ranges (upload.getFileHashes). Rejects with SOURCE_MISMATCH when
 * one differs; with SOURCE_UNVERIFIED when the server has no hashes that cover the part exactly.
 */
export function sourceVerifier(options: VerifierOptions): (part: TaggedPart) => Promise<void> {
  const { name, size, indices, signal } = options;
  const hashes = new HashesAhead(options);
  let position = 0;
  return async ({ index, bytes }) => {
    hashes.want(indices.slice(position, position + PARTS_AHEAD));
    position += 1;
    const start = index * PART_SIZE;
    const end = start + partLength(size, index);
    for (let at = start; at < end; ) {
      const range = await orAborted(hashes.rangeAt(at), signal);
      if (range.length < 1 || at + range.length > end) throw sourceUnverified(name, at);
      const from = at - start;
      const actual = createHash('sha256')
        .update(bytes.subarray(from, from + range.length))
        .digest();
      if (!actual.equals(range.sha256)) throw new SourceMismatch(name, index, at);
      at += range.length;
    }
    hashes.forgetBelow(end);
  };
}

/** The hashes of the next parts: requested ahead, and kept until they have been compared. */
class HashesAhead {
  readonly #options: VerifierOptions;
  readonly #ranges = new Map<number, RangeHash>();
  #asks: Ask[] = [];
  /** How many bytes an answer usually covers. */
  #spanBytes = PART_SIZE;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  want(indices: readonly number[]): void {
    for (const index of indices) this.#ask(index * PART_SIZE);
  }

  async rangeAt(offset: number): Promise<RangeHash> {
    await this.#ask(offset).answered;
    // An answer may have covered less than the others did.
    const range = this.#ranges.get(offset) ?? (await this.#fetch(offset)).get(offset);
    if (!range) throw sourceUnverified(this.#options.name, offset);
    return range;
  }

  forgetBelow(end: number): void {
    for (const offset of [...this.#ranges.keys()]) if (offset < end) this.#ranges.delete(offset);
    this.#asks = this.#asks.filter(({ to }) => to > end);
  }

  #ask(offset: number): Ask {
    const known = this.#asks.find(({ from, to }) => from <= offset && offset < to);
    if (known) return known;
    const ask: Ask = { from: offset, to: offset + this.#spanBytes, answered: this.#fetch(offset) };
    ask.answered.catch(() => {}); // met by the part that needs it
    this.#asks.push(ask);
    return ask;
  }

  async #fetch(offset: number): Promise<ReadonlyMap<number, RangeHash>> {
    const { name, source, signal } = this.#options;
    if (!source.hashes) throw sourceUnverified(name, offset);
    const ranges = await source.hashes(offset, signal);
    for (const range of ranges) {
      this.#ranges.set(range.offset, range);
      this.#spanBytes = Math.max(this.#spanBytes, range.offset + range.length - offset);
    }
    return this.#ranges;
  }
}

interface Ask {
  readonly from: number;
  /** The first byte that it isn't expected to cover. */
  readonly to: number;
  readonly answered: Promise<unknown>;
}
