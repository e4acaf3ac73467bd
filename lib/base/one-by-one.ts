import { orAborted } from './abort.js';
import { deferred } from './deferred.js';

/** Work of which one piece is done at a time, in the order in which the pieces are asked for. */
export class OneByOne {
  /** Settles when all that has been asked for has ended or was given up. */
  #last: Promise<void> = Promise.resolve();

  /**
   * Does `work` when all before it has ended. Rejects as `work` does, and with the signal's reason when `signal` aborts
   * before its turn; then it isn't done.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    const gone = deferred<void>();
    this.#last = before.then(() => gone.promise);
    try {
      await orAborted(before, signal);
      return await work();
    } finally {
      gone.resolve();
    }
  }
}
