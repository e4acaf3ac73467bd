/** When a request was made, and which others were under way then. */
export interface Start {
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
  /** `answers` of the Lateness at that time, and how many requests were without one. */
  readonly answers: number;
  readonly outstanding: number;
}

/** A request is late when it has taken this many times the usual time, and at least this many milliseconds. */
const OVERTAKEN = { times: 4, leastMs: 1_000 };
const LAST = { times: 8, leastMs: 5_000 };
/** So many requests made after it have been answered before it. */
const OVERTAKERS = 3;

/**
 * Knows how long requests usually take, and so which one is late: sooner when later ones have overtaken it, for then
 * it isn't everything that is slow.
 */
export class Lateness {
  #usualMs: number | undefined;
  #answers = 0;

  start(now: number, outstanding: number): Start {
    return { since: now, answers: this.#answers, outstanding };
  }

  answered(latencyMs: number): void {
    this.#answers += 1;
    this.#usualMs = blend(this.#usualMs, latencyMs);
  }

  isLate({ since, answers, outstanding }: Start, now: number): boolean {
    if (this.#usualMs === undefined) return false;
    const overtaken = this.#answers - answers >= outstanding + OVERTAKERS;
    const { times, leastMs } = overtaken ? OVERTAKEN : LAST;
    return now - since >= Math.max(leastMs, times * this.#usualMs);
  }
}

/** A mean that forgets: an eighth of it is the newest value. */
export function blend(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + (value - mean) / 8;
}
