/** A message and its copy, in the order of the source. */
export interface PlacedCopy {
  readonly sourceId: number;
  readonly targetId: number;
  /**
   * Where it belongs, to be compared number by number: the source's id first. Default: that alone. An album is one post at
   * the place of its first item, and what continues a copy comes right after it.
   */
  readonly place?: readonly number[];
}

/** How many copies are looked at together; half of them are settled at once. */
const WINDOW = 500;

/**
 * Finds the copies that stand out of order: the fewest that have to be moved so that the others are in the source's
 * order. Looks at a window of copies at a time, so its memory doesn't grow with the chat.
 */
export class OrderCheck {
  /** The last copy that is known to be in order, and the place of its original. */
  #last = Number.NEGATIVE_INFINITY;
  #lastPlace: readonly number[] = [Number.NEGATIVE_INFINITY];
  #waiting: PlacedCopy[] = [];

  /** Adds the next copies of the source's order; returns the ones that turn out to be out of order. */
  add(copies: readonly PlacedCopy[]): PlacedCopy[] {
    this.#waiting.push(...copies);
    return this.#waiting.length < WINDOW ? [] : this.#settle(WINDOW / 2);
  }

  /** Returns the copies of the rest that are out of order. */
  finish(): PlacedCopy[] {
    return this.#waiting.length === 0 ? [] : this.#settle(this.#waiting.length);
  }

  /**
   * Settles the first `count` of them. The others are looked at again with more of the history: whether the last copies
   * of a window stand too far behind shows only in what follows them.
   */
  #settle(count: number): PlacedCopy[] {
    // A copy that was found late comes late, whatever its place.
    const all = this.#waiting.sort((one, other) => compared(placeOf(one), placeOf(other)));
    const settled = all.slice(0, count);
    this.#waiting = all.slice(count);
    const next = all.filter((copy) => compared(placeOf(copy), this.#lastPlace) > 0);
    const after = longestAscending(next.filter(({ targetId }) => targetId > this.#last));
    const free = longestAscending(next);
    // When most of them stand before the last one, that one was out of order.
    const inOrder = new Set(after.length * 2 >= free.length ? after : free);
    const end = settled.findLast((copy) => inOrder.has(copy));
    if (end) [this.#last, this.#lastPlace] = [end.targetId, placeOf(end)];
    return settled.filter((copy) => !inOrder.has(copy));
  }
}

function placeOf({ place, sourceId }: PlacedCopy): readonly number[] {
  return place ?? [sourceId];
}

function compared(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The longest run of copies, not necessarily neighbours, whose ids ascend (patience sorting). */
function longestAscending(copies: readonly PlacedCopy[]): PlacedCopy[] {
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [index, { targetId }] of copies.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((copies[ends[middle] ?? 0]?.targetId ?? 0) < targetId) low = middle + 1;
      else high = middle;
    }
    before.push(low > 0 ? ends[low - 1] : undefined);
    ends[low] = index;
  }
  const run: PlacedCopy[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    const copy = copies[at];
    if (copy) run.push(copy);
  }
  return run.reverse();
}
