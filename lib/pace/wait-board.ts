import type { Clock } from '../base/clock.js';
import { type Gate, gateOf } from './gates.js';
import type { Wait } from './wait.js';

/** Knows which gates are being waited at. */
export class WaitBoard {
  readonly #clock: Clock;
  /** In milliseconds since the Unix epoch. */
  readonly #until = new Map<Gate, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  met({ method, until }: Wait): void {
    const gate = gateOf(method);
    this.#until.set(gate, Math.max(until, this.#until.get(gate) ?? until));
  }

  /**
   * Whether a call of `gate` is waiting for Telegram's permission or for the network, so that its answer isn't near.
   */
  isWaiting(gate: Gate): boolean {
    return this.#clock.now() < (this.#until.get(gate) ?? 0);
  }
}
