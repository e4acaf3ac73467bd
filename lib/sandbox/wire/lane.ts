import type { Clock } from '../../base/clock.js';

export interface LaneOptions<Item> {
  readonly clock: Clock;
  /** One-way delay in milliseconds, asked for each item. */
  readonly latencyMs: () => number;
  /** Bandwidth in bytes per second, asked for each item; undefined: no limit. */
  readonly bytesPerSecond: () => number | undefined;
  /** Delivers an item. A promise holds the lane back until it is settled. */
  readonly deliver: (item: Item) => Promise<void> | undefined;
  /** Called after each item that had to wait. */
  readonly onDelivered: () => void;
  readonly signal: AbortSignal;
}

/**
 * One direction of a connection with a latency and a bandwidth: items arrive in order, each when its last byte would.
 * Without either, and with nothing waiting, an item is delivered at once, without a timer.
 */
export class Lane<Item> {
  readonly #options: LaneOptions<Item>;
  #waiting: { item: Item; bytes: number; due: number }[] = [];
  #running = false;
  #freeAt = 0;
  #queuedBytes = 0;

  constructor(options: LaneOptions<Item>) {
    this.#options = options;
  }

  /** Bytes under way: pushed and not yet delivered. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(item: Item, bytes: number): void {
    const { clock, signal } = this.#options;
    if (signal.aborted) return;
    const latencyMs = this.#options.latencyMs();
    const bytesPerSecond = this.#options.bytesPerSecond();
    let due = 0;
    if (latencyMs > 0 || bytesPerSecond !== undefined) {
      const now = clock.monotonic();
      this.#freeAt = Math.max(now, this.#freeAt) + (bytesPerSecond ? (bytes / bytesPerSecond) * 1000 : 0);
      due = this.#freeAt + latencyMs;
    } else if (!this.#running) {
      const held = this.#options.deliver(item);
      if (!held) return;
      this.#queuedBytes += bytes;
      this.#running = true;
      void this.#run(held, bytes);
      return;
    }
    this.#queuedBytes += bytes;
    this.#waiting.push({ item, bytes, due });
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(held?: Promise<void>, heldBytes = 0): Promise<void> {
    const { clock, deliver, onDelivered, signal } = this.#options;
    try {
      if (held) {
        await held;
        this.#queuedBytes -= heldBytes;
        onDelivered();
      }
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        const wait = next.due - clock.monotonic();
        if (wait > 0) await clock.sleep(wait, signal);
        if (signal.aborted) break;
        const busy = deliver(next.item);
        if (busy) await busy;
        this.#queuedBytes -= next.bytes;
        onDelivered();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#running = false;
      if (signal.aborted) this.#waiting = [];
    }
  }
}
