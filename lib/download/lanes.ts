import { linkAbort } from '../base/abort.js';
import { deferred } from '../base/deferred.js';

export interface LaneSizes {
  /** How many lanes there are. */
  readonly atOnce: number;
  /** How many pieces may wait for a lane. */
  readonly mostWaiting: number;
  /** How many pieces may have left their lanes and not ended. */
  readonly mostEnding: number;
}

/** A piece of work. It may leave its lane to the next one before it ends. */
export type Piece = (leaveLane: () => void) => Promise<void>;

interface Waiting {
  readonly work: Piece;
  readonly share: number;
}

/**
 * Work that is done several pieces at once, in the order in which it comes. Who brings more than there is room for waits.
 * The first piece that fails ends all others.
 */
export class Lanes {
  /** Aborts when a piece has failed, or when `signal` aborts. */
  readonly signal: AbortSignal;
  readonly #sizes: LaneSizes;
  readonly #link: ReturnType<typeof linkAbort>;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  /** Lanes that are taken, and pieces that have left theirs. */
  #taken = 0;
  #ending = 0;
  #room = deferred<void>();

  constructor(sizes: LaneSizes, signal: AbortSignal) {
    this.#sizes = sizes;
    this.#link = linkAbort(signal);
    this.signal = this.#link.signal;
    this.signal.addEventListener('abort', () => this.#room.resolve(), { once: true });
  }

  /**
   * Takes a piece of work; resolves when there is room for another one. Rejects with the reason that has ended all.
   * @param share how much of a lane it takes: 1, 1/2, 1/4 …
   */
  async add(work: Piece, share = 1): Promise<void> {
    this.signal.throwIfAborted();
    this.#waiting.push({ work, share });
    this.#fill();
    while (this.#waiting.length >= this.#sizes.mostWaiting && !this.signal.aborted) {
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
    const { atOnce, mostEnding } = this.#sizes;
    while (!this.signal.aborted && this.#ending < mostEnding) {
      const [next] = this.#waiting;
      if (!next || this.#taken + next.share > atOnce) return;
      this.#waiting.shift();
      this.#begin(next);
    }
  }

  #begin({ work, share }: Waiting): void {
    let hasLane = true;
    this.#taken += share;
    const leaveLane = (): void => {
      if (!hasLane) return;
      hasLane = false;
      this.#taken -= share;
      this.#ending += 1;
      this.#fill();
    };
    const run = work(leaveLane).catch((error) => this.#link.abort(error));
    const ended = run.then(() => {
      if (hasLane) this.#taken -= share;
      else this.#ending -= 1;
      this.#running.delete(ended);
      this.#room.resolve();
      this.#fill();
    });
    this.#running.add(ended);
  }
}
