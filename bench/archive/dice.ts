/** Random numbers that follow from a seed, in the time of an addition: a bench draws them by the ten million. */
export interface Dice {
  /** A float in [0, 1). */
  next(): number;
  is(share: number): boolean;
  below(count: number): number;
  of<T>(items: readonly T[]): T;
}

/** Mulberry32. */
export function dice(seed: number): Dice {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    next,
    below,
    is: (share) => next() < share,
    of: (items) => items[below(items.length)] as (typeof items)[number],
  };
}
