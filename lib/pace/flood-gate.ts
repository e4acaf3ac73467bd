import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import type { Verdict } from '../refusals/classify.js';
import type { Gate } from './gates.js';
import type { SharedPace } from './shared-pace.js';
import { LONGEST_SLEEP_MS, type Wait } from './wait.js';

export interface FloodGateOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly shared?: Pick<SharedPace, 'isReady' | 'ready' | 'waitOf' | 'heldUntil' | 'report'> | undefined;
  readonly onWait?: ((wait: Wait) => void) | undefined;
}

type FloodVerdict = Extract<Verdict, { kind: 'flood' | 'premium' | 'slowmode' }>;

const LONGEST_BACK_OFF_MS = 10 * 60_000;
/** Jitter of a flood wait: up to a second or a twentieth, whichever is more, and never above half a minute. */
const FLOOD_JITTER = { leastMs: 1_000, share: 0.05, mostMs: 30_000 };
/** The flood waits of one gate, for all calls that pass it. */
export class FloodGate {
  readonly #name: Gate;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #shared: FloodGateOptions['shared'];
  readonly #onWait: FloodGateOptions['onWait'];
  /** On the monotonic clock. */
  #openAt = Number.NEGATIVE_INFINITY;
  /** How many FLOOD_WAITs came since the last success. */
  #inRow = 0;
  /** Grows with each flood, so that calls that were under way together count as one. */
  #floods = 0;

  constructor(name: Gate, { clock, random, shared, onWait }: FloodGateOptions) {
    this.#name = name;
    this.#clock = clock;
    this.#random = random;
    this.#shared = shared;
    this.#onWait = onWait;
  }

  /** Resolves when a call of `method` may begin. */
  async pass(method: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#shared?.isReady === false) await this.#shared.ready(signal);
    for (let left = this.#leftOfAll(method); left > 0; left = this.#leftOfAll(method)) {
      await this.#clock.sleep(this.#shared ? Math.min(left, LONGEST_SLEEP_MS) : left, signal);
    }
  }

  /** Identifies when a call began. */
  ticket(): number {
    return this.#floods;
  }

  /** Notes that a call that began at `ticket` succeeded. */
  success(ticket: number): void {
    if (ticket === this.#floods) this.#inRow = 0;
  }

  /** Notes that a call that began at `ticket` was asked to wait. */
  flood(verdict: FloodVerdict, ticket: number): number | undefined {
    const toldMs = verdict.seconds * 1000;
    const together = ticket !== this.#floods;
    if (together && this.#left() >= toldMs) return undefined;
    if (!together) this.#floods += 1;
    if (!together && verdict.kind === 'flood') this.#inRow += 1;
    const ms = withFloodJitter(Math.max(toldMs, this.#backOffMs(verdict)), this.#random);
    this.#openAt = this.#clock.monotonic() + ms;
    return ms;
  }

  /**
   * FLOOD_PREMIUM_WAIT_X throttles bytes and may come any number of times: waiting longer than it says would only lose
   * time.
   */
  #backOffMs({ kind, seconds }: FloodVerdict): number {
    if (kind !== 'flood' || this.#inRow < 2) return 0;
    return Math.min(Math.max(seconds, 1) * 1000 * 2 ** (this.#inRow - 1), LONGEST_BACK_OFF_MS);
  }

  #left(): number {
    return this.#openAt - this.#clock.monotonic();
  }

  /** The same, with what other processes of the account have met. */
  #leftOfAll(method: string): number {
    const own = this.#left();
    if (!this.#shared) return own;
    const ms = this.#shared.waitOf(this.#name)?.ms ?? 0;
    if (ms > own) this.#shared.report(method, this.#onWait);
    return Math.max(own, ms, this.#shared.heldUntil(this.#name) - this.#clock.monotonic());
  }
}

/** A wait that is a little longer than asked for, so that not all calls come back at once. */
export function withFloodJitter(ms: number, random: Random): number {
  const { leastMs, share, mostMs } = FLOOD_JITTER;
  return ms + random.float() * Math.min(Math.max(leastMs, ms * share), mostMs);
}
