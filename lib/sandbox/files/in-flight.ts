import type { Clock } from '../../base/clock.js';

/** The clock, and how long a request and its answer are on the way. */
export interface FlightTime {
  readonly clock: Clock;
  /** Both ways together, in milliseconds: a client doesn't know earlier that its request has been answered. */
  readonly roundTripMs: () => number;
}

/**
 * How many requests are in flight, now and at most: from the moment they are read until their answer is out and has had
 * time to arrive. A test may hold them: then each waits inside, as behind a slow disk, until `release` is called, so
 * that "ten in flight" can be shown without a clock.
 */
export class InFlight {
  readonly #time: FlightTime;
  #inside = 0;
  /** When answers that are out will arrive (Clock.monotonic()), earliest first. */
  #arriving: number[] = [];
  #peak = 0;
  #held: PromiseWithRelease | undefined;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  constructor(time: FlightTime) {
    this.#time = time;
  }

  get now(): number {
    const now = this.#time.clock.monotonic();
    this.#arriving = this.#arriving.filter((at) => at > now);
    return this.#inside + this.#arriving.length;
  }

  get peak(): number {
    return this.#peak;
  }

  async during<T>(work: () => T | Promise<T>): Promise<T> {
    this.#inside += 1;
    this.#peak = Math.max(this.#peak, this.now);
    this.#wake();
    try {
      await this.#held?.promise;
      return await work();
    } finally {
      this.#inside -= 1;
      const roundTripMs = this.#time.roundTripMs();
      if (roundTripMs > 0) this.#arriving.push(this.#time.clock.monotonic() + roundTripMs);
    }
  }

  /** From now on, makes requests wait inside. */
  hold(): void {
    this.#held ??= promiseWithRelease();
  }

  release(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  /** Resolves when `count` requests are inside at once. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push({ count, resolve });
      this.#wake();
    });
  }

  #wake(): void {
    const reached = this.#watchers.filter(({ count }) => this.#inside >= count);
    this.#watchers = this.#watchers.filter(({ count }) => this.#inside < count);
    for (const { resolve } of reached) resolve();
  }
}

interface PromiseWithRelease {
  readonly promise: Promise<void>;
  readonly release: () => void;
}

function promiseWithRelease(): PromiseWithRelease {
  let release = (): void => {};
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
