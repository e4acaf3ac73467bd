/**
 * How many requests are being answered, now and at most. A test may hold them: then each waits inside, as behind a
 * slow disk, until `release` is called, so that "ten in flight" can be shown without a clock.
 */
export class InFlight {
  #now = 0;
  #peak = 0;
  #held: PromiseWithRelease | undefined;
  #watchers: { readonly count: number; readonly resolve: () => void }[] = [];

  get now(): number {
    return this.#now;
  }

  get peak(): number {
    return this.#peak;
  }

  async during<T>(work: () => T | Promise<T>): Promise<T> {
    this.#now += 1;
    this.#peak = Math.max(this.#peak, this.#now);
    this.#wake();
    try {
      await this.#held?.promise;
      return await work();
    } finally {
      this.#now -= 1;
    }
  }

  /** From now on requests wait inside. */
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
    const reached = this.#watchers.filter(({ count }) => this.#now >= count);
    this.#watchers = this.#watchers.filter(({ count }) => this.#now < count);
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
