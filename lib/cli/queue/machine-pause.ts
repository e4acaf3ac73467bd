import type { Clock } from '../../base/clock.js';

/** How long a worker takes nothing after a fault of its machine, in milliseconds; it doubles up to the second. */
const FIRST_MS = 60_000;
const LONGEST_MS = 600_000;

/** Keeps a machine on which nothing succeeds from taking one job after another. */
export class MachinePause {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #lastMs = 0;
  #until = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  get isOn(): boolean {
    return this.#clock.monotonic() < this.#until;
  }

  /** The machine has failed a job. Returns how long the pause is from now, in milliseconds. */
  begin(): number {
    const now = this.#clock.monotonic();
    // Jobs that ran at the same time have met the same fault.
    if (!this.isOn) {
      this.#lastMs = Math.min(LONGEST_MS, this.#lastMs === 0 ? FIRST_MS : 2 * this.#lastMs);
      this.#until = now + this.#lastMs;
    }
    return this.#until - now;
  }

  /** A job has succeeded here. */
  end(): void {
    this.#lastMs = 0;
    this.#until = Number.NEGATIVE_INFINITY;
  }
}
