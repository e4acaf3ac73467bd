import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../lib/base/clock.js';

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  /** How long each sleep was asked to be, in order. */
  readonly slept: number[] = [];
  readonly #epochMs: number;
  #elapsedMs = 0;
  #sleepers: Sleeper[] = [];
  readonly #impatient: boolean;

  /** `impatient`: a sleep lets its time pass by itself, at once. */
  constructor(options: { readonly epochMs?: number; readonly impatient?: boolean } = {}) {
    this.#epochMs = options.epochMs ?? 1_700_000_000_000;
    this.#impatient = options.impatient ?? false;
  }

  /** Sleeps under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    if (ms <= 0) return;
    const at = this.#elapsedMs + ms;
    if (this.#impatient) {
      await setImmediate();
      signal?.throwIfAborted();
      this.#elapsedMs = Math.max(this.#elapsedMs, at);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Lets `ms` pass: each sleeper wakes in its turn, and its next steps happen before the next one's time. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsedMs + ms;
    await setImmediate();
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#elapsedMs = next.at;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
      await setImmediate();
    }
    this.#elapsedMs = end;
  }

  #nextUntil(end: number): Sleeper | undefined {
    return this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
