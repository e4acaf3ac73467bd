import type { Clock } from '../base/clock.js';
import { OneByOne } from '../base/one-by-one.js';
import { gateOf } from './gates.js';
import { MessageBudget } from './message-budget.js';
import type { Wait } from './patience.js';

/**
 * How long a chat's slow mode is assumed to last, because it may be switched off. Twice as long each time it is met
 * again.
 */
const SLOW_MODE_LIFE = { firstMs: 60 * 60_000, mostMs: 8 * 60 * 60_000 };
/** How many intervals may be made up for after a send that came late. */
const CATCH_UP = 50;

/**
 * Spaces messages out over all callers: an interval after each, never less than the user's floor. The interval starts
 * at the floor, grows with each flood to what the account's budget allows, as far as floods have shown, and shrinks
 * slowly when none comes; a chat's slow mode is respected in the same way.
 */
export class SendPacer {
  #floorMs = 0;
  readonly #clock: Clock;
  readonly #budget = new MessageBudget();
  #last: { readonly at: number; readonly items: number } | undefined;
  /** When the latest send was answered, or began if it isn't answered yet. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** The same for the send before it. */
  #answeredBefore = Number.NEGATIVE_INFINITY;
  /** Until when intervals have been used up. */
  #spentUntil = Number.NEGATIVE_INFINITY;
  #slowMode: { readonly ms: number; readonly lifeMs: number; readonly until: number } | undefined;
  /** When Telegram last asked for a wait. */
  #refusedAt = Number.NEGATIVE_INFINITY;
  readonly #turns = new OneByOne();

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /**
   * Called when a job begins, with its user's shortest time between two messages in milliseconds, 0 or more. What is
   * known of the account's budget stays; slow mode belonged to another job's target.
   */
  setFloor(minIntervalMs: number): void {
    if (!(minIntervalMs >= 0 && Number.isFinite(minIntervalMs))) {
      throw new RangeError(`The interval must be 0 or more milliseconds, not ${minIntervalMs}.`);
    }
    this.#floorMs = minIntervalMs;
    this.#slowMode = undefined;
  }

  /** Milliseconds until the next message could go if it were requested now. */
  get waitMs(): number {
    return Math.max(0, this.#left(1));
  }

  /** Milliseconds from one message to the next at present. */
  get intervalMs(): number {
    const now = this.#clock.monotonic();
    return Math.max(this.#floorMs, this.#budget.intervalMs(now), this.#slowModeMs(now));
  }

  /**
   * Resolves, in the order of the calls, when a send of `items` messages may go (an album counts as its items). Rejects
   * with the signal's reason when `signal` aborts, and then uses no turn.
   */
  async turn(items: number, signal: AbortSignal): Promise<void> {
    if (!Number.isSafeInteger(items) || items < 1) {
      throw new RangeError(`A send has a whole number of messages above 0, not ${items}.`);
    }
    signal.throwIfAborted();
    await this.#turns.run(async () => {
      for (let left = this.#left(items); left > 0; left = this.#left(items)) {
        await this.#clock.sleep(left, signal);
      }
      this.#take(items);
    }, signal);
  }

  /** Notes that the send of the latest turn was answered: slow mode counts from here. */
  answered(): void {
    this.#answeredAt = this.#clock.monotonic();
  }

  /** Notes a wait that the client met. The pacer learns from waits of sends and ignores all others. */
  met({ method, kind, ms, askedSeconds }: Wait): void {
    if (gateOf(method) !== 'messages' || !this.#last) return;
    const at = this.#clock.monotonic();
    const resumesAt = at + ms;
    if (kind === 'flood') this.#budget.flooded({ at, endsAt: at + askedSeconds * 1000, resumesAt });
    else this.#budget.postponed(resumesAt);
    if (kind === 'slowmode') {
      this.#learnSlowMode(at, askedSeconds);
      this.#budget.calmFrom(resumesAt);
    }
    if (kind !== 'transient') this.#refusedAt = at;
    const { items } = this.#last;
    this.#last = { at: resumesAt, items };
    this.#answeredAt = resumesAt;
    this.#spentUntil = resumesAt + items * this.#paceMs(resumesAt);
  }

  #left(items: number): number {
    const now = this.#clock.monotonic();
    const floorAt = this.#last ? this.#last.at + this.#last.items * this.#floorMs : now;
    const slowModeAt = this.#answeredAt + this.#slowModeMs(now);
    return Math.max(floorAt, this.#spentUntil, slowModeAt, this.#budget.roomAt(now, items)) - now;
  }

  #take(items: number): void {
    const now = this.#clock.monotonic();
    const paceMs = this.#paceMs(now);
    this.#spentUntil = Math.max(this.#spentUntil, now - CATCH_UP * paceMs) + items * paceMs;
    this.#last = { at: now, items };
    this.#answeredBefore = this.#answeredAt;
    this.#answeredAt = now;
    this.#budget.sent(now, items);
  }

  #paceMs(at: number): number {
    return Math.max(this.#floorMs, this.#budget.paceMs(at));
  }

  /** channels.toggleSlowMode counts in whole seconds; SLOWMODE_WAIT_X rounds the rest of them up. */
  #learnSlowMode(at: number, askedSeconds: number): void {
    const since = Number.isFinite(this.#answeredBefore) ? at - this.#answeredBefore : 0;
    const ms = Math.floor(askedSeconds + since / 1000) * 1000;
    const before = this.#slowMode;
    const lifeMs =
      before?.ms === ms ? Math.min(before.lifeMs * 2, SLOW_MODE_LIFE.mostMs) : SLOW_MODE_LIFE.firstMs;
    this.#slowMode = { ms, lifeMs, until: at + lifeMs };
  }

  #slowModeMs(at: number): number {
    if (!this.#slowMode) return 0;
    // Not tried together with anything else.
    const until = Math.max(this.#slowMode.until, this.#refusedAt + SLOW_MODE_LIFE.firstMs);
    return at < until ? this.#slowMode.ms : 0;
  }
}
