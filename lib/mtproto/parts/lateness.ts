/** When a request was made, and how many others were under way then. */
export interface Start {
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
  /** `answers` of the Lateness at that time, and how many requests were unanswered. */
  readonly answers: number;
  readonly outstanding: number;
}

/** A request is late when it has taken this many times the usual time, and at least this many milliseconds. */
const OVERTAKEN = { times: 4, leastMs: 1_000 };
const LAST = { times: 8, leastMs: 5_000 };
/** A request counts as overtaken when this many later requests were answered before it. */
const OVERTAKERS = 3;

/**
 * Learns how long requests usually take, and so which one is late. One that later requests have overtaken is late
 * sooner, because then not everything is slow.
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

/** A running mean: the newest value has a weight of one eighth. */
export function blend(mean: number | undefined, value: number): number {
  return mean === undefined ? value : mean + (value - mean) / 8;
}
