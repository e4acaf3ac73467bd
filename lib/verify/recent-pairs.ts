/** How many pairs are kept in mind. */
const MOST = 50_000;

interface Known {
  readonly sourceId: number;
  readonly targetId: number;
}

/** The pairs that were found lately: what a reply should answer, and which copy a message repeats. */
export class RecentPairs {
  readonly #bySource = new Map<number, number>();
  readonly #byLook = new Map<string, Known>();
  #firstKnown = Number.NEGATIVE_INFINITY;

  add(sourceId: number, targetId: number, look: string): void {
    this.#bySource.set(sourceId, targetId);
    this.#byLook.set(look, { sourceId, targetId });
    for (const [id] of this.#bySource) {
      if (this.#bySource.size <= MOST) break;
      this.#bySource.delete(id);
      this.#firstKnown = Math.max(this.#firstKnown, id + 1);
    }
    for (const [oldest] of this.#byLook) {
      if (this.#byLook.size <= MOST) break;
      this.#byLook.delete(oldest);
    }
  }

  /** Everything before this message was forgotten, or handled by an earlier process. */
  forgetBefore(sourceId: number): void {
    this.#firstKnown = Math.max(this.#firstKnown, sourceId);
  }

  /** The copy of a message; `none` when it has none; `unknown` when that was too long ago. */
  copyOf(sourceId: number): number | 'none' | 'unknown' {
    return this.#bySource.get(sourceId) ?? (sourceId >= this.#firstKnown ? 'none' : 'unknown');
  }

  /** A pair that looks like this. */
  like(look: string): Known | undefined {
    return this.#byLook.get(look);
  }
}
