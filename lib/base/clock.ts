import { setTimeout as delay } from 'node:timers/promises';

/** Time, injected so that a test can make a day pass in a second. */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May step backwards. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never steps backwards. */
  monotonic(): number;
  /**
   * Resolves after `ms` milliseconds (0 or less: at once); rejects with the signal's reason, and leaves no timer
   * or listener behind, when `signal` aborts first.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    try {
      for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) {
        await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal ? { signal } : {});
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
