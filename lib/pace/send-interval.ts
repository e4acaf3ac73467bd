import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

/** Spaces messages out: at least `minIntervalMs` between one and the next, over all callers. */
export class SendInterval {
  readonly #minIntervalMs: number;
  readonly #clock: Clock;
  /** Of the monotonic clock. */
  #nextAt = Number.NEGATIVE_INFINITY;
  /** Settles when every turn asked for so far has been given or given up. */
  #queue: Promise<unknown> = Promise.resolve();

  /** `minIntervalMs`: milliseconds, 0 or more. */
  constructor(options: { readonly minIntervalMs: number; readonly clock: Clock }) {
    if (!(options.minIntervalMs >= 0 && Number.isFinite(options.minIntervalMs))) {
      throw new RangeError(`The interval needs milliseconds, 0 or more, not ${options.minIntervalMs}.`);
    }
    this.#minIntervalMs = options.minIntervalMs;
    this.#clock = options.clock;
  }

  /**
   * Resolves, in the order of the calls, when a send of `items` messages may go; the one after it may go `items`
   * intervals later (an album counts as its items). Rejects with the signal's reason when `signal` aborts, and then
   * takes no turn.
   */
  async turn(items: number, signal: AbortSignal): Promise<void> {
    if (!Number.isSafeInteger(items) || items < 1) {
      throw new RangeError(`A send has a whole number of messages above 0, not ${items}.`);
    }
    signal.throwIfAborted();
    const before = this.#queue;
    let leave: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.#queue = before.then(() => gone);
    try {
      await orAborted(before, signal);
      for (let left = this.#left(); left > 0; left = this.#left()) await this.#clock.sleep(left, signal);
      this.#nextAt = this.#clock.monotonic() + items * this.#minIntervalMs;
    } finally {
      leave();
    }
  }

  #left(): number {
    return this.#nextAt - this.#clock.monotonic();
  }
}
