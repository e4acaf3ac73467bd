import { linkAbort } from '../base/abort.js';

export interface WindowOptions<T> {
  /** How many fetches are under way at once, at most; asked after each answer. At least 1. */
  readonly width: () => number;
  /** How many values there are; undefined: until `isLast` says so, and then the window opens by one at each answer. */
  readonly count: number | undefined;
  /** Acquires what the fetch will need. Called one at a time, in order. */
  acquire(index: number, signal: AbortSignal): Promise<void>;
  /** Fetches one value. Up to `width()` calls run at once. Must end soon after `signal` aborts. */
  fetch(index: number, signal: AbortSignal): Promise<T>;
  isLast(value: T): boolean;
  /** Called for each acquired value that will not be yielded. */
  giveBack(index: number): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches numbered values, several at a time, and yields them in order. When it ends, by its last value, a failure, an
 * abort, or its consumer leaving (`return()`, also while a `next()` is waiting), every fetch under way has ended and
 * everything it held is given back.
 */
export function orderedWindow<T>(options: WindowOptions<T>): AsyncGenerator<T, void, unknown> {
  const left = new AbortController();
  const inner = run(options, left.signal);
  const generator: AsyncGenerator<T, void, unknown> = {
    async next() {
      try {
        return await inner.next();
      } catch (error) {
        if (error === LEFT) return { done: true, value: undefined };
        throw error;
      }
    },
    async return() {
      left.abort(LEFT);
      await inner.return().catch(() => {});
      return { done: true, value: undefined };
    },
    async throw(error) {
      await generator.return();
      throw error;
    },
    [Symbol.asyncIterator]: () => generator,
  };
  return generator;
}

/** The reason that ends the fetches when a consumer leaves. */
const LEFT = Symbol('the consumer has left');

interface Slot<T> {
  readonly index: number;
  readonly value: Promise<T>;
  acquired: boolean;
}

async function* run<T>(options: WindowOptions<T>, left: AbortSignal): AsyncGenerator<T, void, unknown> {
  const stop = linkAbort(options.signal);
  const leave = (): void => stop.abort(LEFT);
  left.addEventListener('abort', leave, { once: true });
  const slots: Slot<T>[] = [];
  let started = 0;
  let handed = 0;
  let turn: Promise<void> = Promise.resolve();

  const start = (index: number): Slot<T> => {
    const acquired = turn.then(() => {
      stop.signal.throwIfAborted();
      return options.acquire(index, stop.signal);
    });
    turn = acquired;
    const value = acquired.then(() => {
      slot.acquired = true;
      return options.fetch(index, stop.signal);
    });
    const slot: Slot<T> = { index, value, acquired: false };
    for (const promise of [acquired, value]) promise.catch(() => {}); // met when its turn to be handed out comes
    return slot;
  };
  const topUp = (): void => {
    const width = options.count === undefined ? Math.min(options.width(), handed + 1) : options.width();
    while (started < (options.count ?? Number.POSITIVE_INFINITY) && started < handed + width) {
      slots.push(start(started));
      started += 1;
    }
  };

  try {
    if (left.aborted) return;
    stop.signal.throwIfAborted();
    for (topUp(); slots[0]; topUp()) {
      const value = await slots[0].value;
      stop.signal.throwIfAborted();
      slots.shift();
      handed += 1;
      const last = options.isLast(value);
      if (!last) topUp();
      yield value;
      if (last) return;
    }
  } finally {
    stop.abort(LEFT);
    left.removeEventListener('abort', leave);
    stop.release();
    await Promise.allSettled(slots.map(({ value }) => value));
    for (const { index, acquired } of slots) if (acquired) options.giveBack(index);
  }
}
