import { orAborted } from './abort.js';
import { deferred } from './deferred.js';

/** Runs pieces of work one at a time, in the order in which they are requested. */
export class OneByOne {
  /** Settles when everything requested so far has ended or was given up. */
  #last: Promise<void> = Promise.resolve();

  /**
   * Does `work` when all work before it has ended. Rejects as `work` does, or with the signal's reason when `signal`
   * aborts before its turn; then it isn't done.
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
