import { type Clock, systemClock } from '../../lib/base/clock.js';

/** The system's clock, which a test can set forward: time continues by itself, and sleeps take as long as they say. */
export class ShiftedClock implements Clock {
  #aheadMs = 0;

  forward(ms: number): void {
    this.#aheadMs += ms;
  }

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}
