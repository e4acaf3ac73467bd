/**
 * How long a chat's slow mode is assumed to last, because it may be switched off. Twice as long each time it is met
 * again.
 */
const SLOW_MODE_LIFE = { firstMs: 60 * 60_000, mostMs: 8 * 60 * 60_000 };

/** The slow mode of the chat into which a job posts, as far as its sends have met it. Times by a monotonic clock. */
export class SlowMode {
  /** When the latest send was answered, or began if it isn't answered yet. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** The same for the send before it. */
  #answeredBefore = Number.NEGATIVE_INFINITY;
  #met: { readonly ms: number; readonly lifeMs: number; readonly until: number } | undefined;
  /** When Telegram last asked for a wait. */
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** Another chat. */
  forget(): void {
    this.#met = undefined;
  }

  began(at: number): void {
    this.#answeredBefore = this.#answeredAt;
    this.#answeredAt = at;
  }

  answered(at: number): void {
    this.#answeredAt = at;
  }

  /** Telegram has asked for a wait of whatever kind. */
  refused(at: number): void {
    this.#refusedAt = at;
  }

  /** channels.toggleSlowMode counts in whole seconds; SLOWMODE_WAIT_X rounds the rest of them up. */
  learn(at: number, askedSeconds: number): void {
    const since = Number.isFinite(this.#answeredBefore) ? at - this.#answeredBefore : 0;
    const ms = Math.floor(askedSeconds + since / 1000) * 1000;
    const before = this.#met;
    const lifeMs =
      before?.ms === ms ? Math.min(before.lifeMs * 2, SLOW_MODE_LIFE.mostMs) : SLOW_MODE_LIFE.firstMs;
    this.#met = { ms, lifeMs, until: at + lifeMs };
  }

  /** Milliseconds between two sends into the chat; 0 when it has none. */
  intervalMs(at: number): number {
    if (!this.#met) return 0;
    // Not tried together with anything else.
    const until = Math.max(this.#met.until, this.#refusedAt + SLOW_MODE_LIFE.firstMs);
    return at < until ? this.#met.ms : 0;
  }

  /** When the next send may go. */
  nextAt(at: number): number {
    return this.#answeredAt + this.intervalMs(at);
  }
}
