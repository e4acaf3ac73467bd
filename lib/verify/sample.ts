import { createHash } from 'node:crypto';

/** Which files are read: all, a share of the messages that have one, or a number of them. */
export type Sample =
  | { readonly kind: 'all' }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'count'; readonly count: number };

/**
 * A number from 0 to below 1 for a message: always the same for the same seed, and spread evenly. The messages with the
 * smallest numbers are the sample.
 */
export function rankOf(seed: string, sourceId: number): number {
  const digest = createHash('sha256').update(`${seed}\n${sourceId}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** A message whose files are to be compared, and its copy. */
export interface Sampled {
  readonly sourceId: number;
  readonly targetId: number;
  /** The further messages of a copy that is an album. */
  readonly more?: readonly number[];
}

interface Ranked extends Sampled {
  readonly rank: number;
}

/** Keeps the `count` messages with the smallest ranks out of any number. */
export class SampleKeeper {
  readonly #seed: string;
  readonly #count: number;
  /** Ascending by rank. */
  #kept: Ranked[] = [];

  constructor(seed: string, count: number) {
    this.#seed = seed;
    this.#count = count;
  }

  /** Returns whether the message is in the sample for now. */
  offer(sampled: Sampled): boolean {
    const { sourceId } = sampled;
    const rank = rankOf(this.#seed, sourceId);
    const last = this.#kept.at(-1);
    if (this.#kept.length >= this.#count && last && rank >= last.rank) return false;
    if (this.#kept.some((each) => each.sourceId === sourceId)) return false;
    const index = this.#kept.findIndex((each) => each.rank > rank);
    this.#kept.splice(index < 0 ? this.#kept.length : index, 0, { ...sampled, rank });
    this.#kept = this.#kept.slice(0, this.#count);
    return true;
  }

  /** The sample, in the source's order. */
  get sampled(): readonly Sampled[] {
    return [...this.#kept].sort((one, other) => one.sourceId - other.sourceId);
  }
}
