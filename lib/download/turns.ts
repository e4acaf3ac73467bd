import { orAborted } from '../base/abort.js';
import { deferred } from '../base/deferred.js';

/** Turns of those who work on the same thing, by its name: one after another. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when it is this one's turn, with the function that ends it. Rejects with the signal's reason. */
  async take(name: string, signal: AbortSignal): Promise<() => void> {
    const before = this.#last.get(name);
    const over = deferred<void>();
    const all = Promise.all([before, over.promise]).then(() => {
      if (this.#last.get(name) === all) this.#last.delete(name);
    });
    this.#last.set(name, all);
    try {
      if (before) await orAborted(before, signal);
    } catch (error) {
      over.resolve();
      throw error;
    }
    return over.resolve;
  }
}
