import { linkAbort } from '../base/abort.js';

export interface WindowOptions<T> {
  /** How many are under way at once, at most, asked after each answer. At least 1. */
  readonly width: () => number;
  /** How many there are; undefined: until `isLast` says so, and then the window opens by one at each answer. */
  readonly count: number | undefined;
  /** Takes what the fetch will need. Called one after another, in order. */
  acquire(index: number, signal: AbortSignal): Promise<void>;
  /** Up to `width()` run at once. Must end soon after `signal` aborts. */
  fetch(index: number, signal: AbortSignal): Promise<T>;
  isLast(value: T): boolean;
  /** Called for what was acquired and will not be handed out. */
  giveBack(index: number): void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches numbered things several at a time and hands them out in order. When it ends, by its last value, a failure,
 * an abort, or its consumer leaving (`return()`, also while a `next()` is waiting), every fetch under way has ended
 * and what they held is given back.
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

/** The reason by which a consumer that leaves ends the fetches. */
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
