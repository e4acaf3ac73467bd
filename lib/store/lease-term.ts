import type { Clock } from '../base/clock.js';

/** A moment by both clocks of this machine: one of them stands still while it sleeps, and the other may be set. */
export interface Moment {
  readonly now: number;
  readonly monotonic: number;
}

/** All in milliseconds. */
export interface LeaseTimes {
  /** How long whoever has fallen silent may still act, by clocks of its own. */
  readonly leaseMs: number;
  /** How often it says that it is there. */
  readonly renewalMs: number;
  /** How long what was begun in time may take to arrive: nothing is begun with less left, and others wait for it, too. */
  readonly requestMs: number;
}

/** Fifteen seconds are what a connection is given for a sign of life before it counts as lost (mtproto/pulse.ts). */
export const LEASE_TIMES: LeaseTimes = { leaseMs: 60_000, renewalMs: 20_000, requestMs: 15_000 };

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), monotonic: clock.monotonic() };
}

/**
 * How long a lease lasts by the clocks of the machine that holds it, which never outlasts the database's: it is measured from
 * a moment before the statement that took or renewed it was sent, and by the clock that has gone further.
 */
export class LeaseTerm {
  readonly #clock: Clock;
  readonly #ms: number;
  #since: Moment | undefined;

  /** `ms`: how long the lease is taken for, in milliseconds. */
  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** The lease was taken or renewed by a statement that was sent after this moment, and that is certain. */
  begin(before: Moment): void {
    // An answer that was waited for may come after that of a later statement.
    if (!this.#since || before.monotonic > this.#since.monotonic) this.#since = before;
  }

  /** Somebody else has it. */
  end(): void {
    this.#since = undefined;
  }

  /** How many milliseconds are left; 0 or less when none are. */
  get leftMs(): number {
    if (!this.#since) return 0;
    const { now, monotonic } = momentOf(this.#clock);
    return this.#ms - Math.max(Math.abs(now - this.#since.now), monotonic - this.#since.monotonic);
  }
}
