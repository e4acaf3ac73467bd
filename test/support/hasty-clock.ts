import { type Clock, systemClock } from '../../lib/base/clock.js';

/** The command's own seconds, those of the countdown, pass as soon as `onSecond` has ended; the connection's don't. */
export function hastyClock(own: AbortSignal, onSecond: () => void | Promise<void> = () => undefined): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    async sleep(ms, signal) {
      if (ms !== 1000 || signal !== own) return systemClock.sleep(ms, signal);
      await onSecond();
      signal.throwIfAborted();
    },
  };
}
