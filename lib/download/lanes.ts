import { linkAbort } from '../base/abort.js';
import { deferred } from '../base/deferred.js';

/**
 * Work that is done several pieces at once, in the order in which it comes. Who brings more than there is room for waits.
 * The first piece that fails ends all others.
 */
export class Lanes {
  /** Aborts when a piece has failed, or when `signal` aborts. */
  readonly signal: AbortSignal;
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #link: ReturnType<typeof linkAbort>;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  #room = deferred<void>();

  constructor(sizes: { readonly atOnce: number; readonly mostWaiting: number }, signal: AbortSignal) {
    this.#atOnce = sizes.atOnce;
    this.#mostWaiting = sizes.mostWaiting;
    this.#link = linkAbort(signal);
    this.signal = this.#link.signal;
    this.signal.addEventListener('abort', () => this.#room.resolve(), { once: true });
  }

  /** Takes a piece of work; resolves when there is room for another one. Rejects with the reason that has ended all. */
  async add(work: () => Promise<void>): Promise<void> {
    this.signal.throwIfAborted();
    this.#waiting.push(work);
    this.#fill();
    while (this.#waiting.length >= this.#mostWaiting && !this.signal.aborted) {
      this.#room = deferred<void>();
      await this.#room.promise;
    }
    this.signal.throwIfAborted();
  }

  /** Resolves when all work is done that has come so far. Rejects with the reason that has ended all, when no piece runs any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.signal.throwIfAborted();
  }

  /** As `idle`; no more work comes. */
  async end(): Promise<void> {
    try {
      await this.idle();
    } finally {
      this.#link.release();
    }
  }

  /** Ends all work for a reason that arose elsewhere; resolves when no piece runs any more. */
  async abort(reason: unknown): Promise<void> {
    this.#link.abort(reason);
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#link.release();
  }

  #fill(): void {
    while (this.#running.size < this.#atOnce && !this.signal.aborted) {
      const work = this.#waiting.shift();
      if (!work) return;
      const run = work().catch((error) => this.#link.abort(error));
      const ended = run.then(() => {
        this.#running.delete(ended);
        this.#room.resolve();
        this.#fill();
      });
      this.#running.add(ended);
    }
  }
}
