import type { Clock } from '../base/clock.js';
import { OneByOne } from '../base/one-by-one.js';
import { gateOf } from './gates.js';
import { MessagePace } from './message-pace.js';
import { paceState, paceText, paceWrittenAt } from './pace-state.js';
import { earlier, SetBack, STEP_MS } from './set-back.js';
import type { SharedPace } from './shared-pace.js';
import { SlowMode } from './slow-mode.js';
import { LONGEST_SLEEP_MS, type Wait } from './wait.js';

const GATE = 'messages';
/** Stands for all methods of the gate, in the wait of a send that isn't made yet. */
const METHOD = 'messages.sendMessage';
/** How old the last look at what others have done may be when a turn that was waited for begins, in milliseconds. */
const FRESH_MS = 250;
/**
 * A turn is claimed when it is due within this time, in milliseconds: earlier it would hold others that may send before it.
 * Whoever has seen others take turns that it has waited for may claim a little earlier than they.
 */
const CLAIM = { firstMs: 1_000, moreMs: 250, mostMs: 2_000 };
/** From how far away a turn is said, in milliseconds. */
const LONG_MS = 60_000;
/** How many changes wait at most until the others know of them. */
const MOST_NEWS = 1_000;

export interface SendPacerOptions {
  readonly clock: Clock;
  /** Default: the turns are those of this process alone. */
  readonly shared?: SharedPace | undefined;
  /** Called for a wait that another process of the account has met, and that holds a turn. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
  /** Called when a turn is a minute or more away: when it comes, in milliseconds since the epoch. */
  readonly onTurn?: ((at: number) => void) | undefined;
}

/** A turn that was given. */
interface Turn {
  /** By a clock that was then `aheadMs` ahead of this process's monotonic one. */
  readonly at: number;
  readonly aheadMs: number;
  readonly items: number;
}

/** A change of what is known, by a time that is `aheadMs` ahead of this process's monotonic clock. */
type Change = (pace: MessagePace, aheadMs: number) => void;

/**
 * Spaces messages out over all callers: an interval after each, never less than the user's floor. The interval starts
 * at the floor, grows with each flood to what the account's budget allows, as far as floods have shown, and shrinks
 * slowly when none comes; a chat's slow mode is respected in the same way.
 *
 * With a SharedPace the turns are the account's: its processes claim them from one another, shortly before they are due, and
 * each learns from the messages and the floods of all. While nothing can be shared, this process has turns of its own.
 */
export class SendPacer {
  #floorMs = 0;
  readonly #clock: Clock;
  readonly #shared: SharedPace | undefined;
  readonly #onWait: SendPacerOptions['onWait'];
  readonly #onTurn: SendPacerOptions['onTurn'];
  #saidAt = 0;
  readonly #slowMode = new SlowMode();
  readonly #turns = new OneByOne();
  #pace = new MessagePace();
  /** What the others don't know yet, in its order. */
  #news: Change[] = [];
  #last: Turn | undefined;
  readonly #setBack = new SetBack();
  /** Until when a wait that concerns this process alone holds its turns; on the monotonic clock. */
  #heldUntil = Number.NEGATIVE_INFINITY;

  constructor({ clock, shared, onWait, onTurn }: SendPacerOptions) {
    this.#clock = clock;
    this.#onTurn = onTurn;
    this.#onWait = onWait;
    this.#shared = shared;
    shared?.join({
      gate: GATE,
      onRead: () => {
        this.#pace = this.#asShared();
      },
      hasNews: () => this.#news.length > 0,
      share: () => this.#share(),
    });
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
    this.#slowMode.forget();
  }

  /** Milliseconds until the next message could go if it were requested now. */
  get waitMs(): number {
    return Math.max(0, this.#left(1));
  }

  /** Milliseconds from one message to the next at present. */
  get intervalMs(): number {
    const own = this.#slowMode.intervalMs(this.#clock.monotonic());
    return Math.max(own, this.#pace.intervalMs(this.#now(), this.#floorMs));
  }

  /**
   * Resolves, in the order of the calls, when a send of `items` messages may go (an album counts as its items). Rejects
   * with the signal's reason when `signal` aborts, and then uses no turn; one that was claimed from other processes is
   * lost.
   */
  async turn(items: number, signal: AbortSignal): Promise<void> {
    if (!Number.isSafeInteger(items) || items < 1) {
      throw new RangeError(`A send has a whole number of messages above 0, not ${items}.`);
    }
    signal.throwIfAborted();
    await this.#turns.run(async () => {
      this.#last = (await this.#claimed(items, signal)) ?? (await this.#own(items, signal));
      this.#slowMode.began(this.#clock.monotonic());
    }, signal);
  }

  /** Notes that the send of the latest turn was answered: slow mode counts from here. */
  answered(): void {
    this.#slowMode.answered(this.#clock.monotonic());
  }

  /** Notes a wait that the client met. The pacer learns from waits of sends and ignores all others. */
  met({ method, kind, ms, askedSeconds, metOn }: Wait): void {
    if (gateOf(method) !== GATE || !this.#last || metOn !== undefined) return;
    const now = this.#clock.monotonic();
    const resumesAt = now + ms;
    if (kind === 'slowmode') this.#slowMode.learn(now, askedSeconds);
    if (kind !== 'transient') this.#slowMode.refused(now);
    this.#slowMode.answered(resumesAt);
    let last = this.#last;
    const { items, at, aheadMs: since } = last;
    const floorMs = this.#floorMs;
    // Another chat's slow mode is nothing to the account's other messages.
    if (kind === 'slowmode') this.#heldUntil = resumesAt + items * floorMs;
    this.#change((pace, aheadMs) => {
      const isSameClock = since !== 0 && Math.abs(aheadMs - since) <= STEP_MS;
      const sentAt = isSameClock ? at : at - since + aheadMs;
      const [met, to] = [now + aheadMs, resumesAt + aheadMs];
      if (kind === 'slowmode') {
        pace.delayed(sentAt, to);
        return pace.calmFrom(to);
      }
      let again = to;
      if (kind === 'flood') {
        const endsAt = met + askedSeconds * 1000;
        again = pace.flooded({ sentAt, items, at: met, endsAt, resumesAt: to }, floorMs);
      } else pace.postponed(sentAt, to, floorMs);
      // Others may have sent meanwhile, and then this is done again.
      if (this.#last === last) this.#last = last = { at: again, items, aheadMs };
      if (again > to) this.#shared?.hold(GATE, again - aheadMs);
    });
    if (kind === 'flood') this.#shared?.shareSoon();
  }

  /** How far the clock of the turns is ahead of this process's. */
  get #aheadMs(): number {
    return this.#shared?.aheadMs ?? 0;
  }

  #now(): number {
    return this.#clock.monotonic() + this.#aheadMs;
  }

  #left(items: number): number {
    const alone = Math.max(this.#leftAlone(), this.#floorAt() - this.#clock.monotonic());
    return Math.max(alone, this.#pace.nextAt(this.#now(), items, this.#floorMs) - this.#now());
  }

  /** A turn of this process; the others hear of it later. */
  async #own(items: number, signal: AbortSignal): Promise<Turn> {
    await this.#sleepWhile(() => this.#left(items), signal);
    const at = this.#clock.monotonic();
    const floorMs = this.#floorMs;
    const given = this.#aheadMs;
    this.#change((pace, aheadMs) => {
      const isSameClock = given !== 0 && Math.abs(aheadMs - given) <= STEP_MS;
      pace.note(at + (isSameClock ? given : aheadMs), items, floorMs);
    });
    return { at: at + given, aheadMs: given, items };
  }

  /** A turn of the account; undefined when nothing can be shared, or when no turn has to be waited for. */
  async #claimed(items: number, signal: AbortSignal): Promise<Turn | undefined> {
    const shared = this.#shared;
    // A turn that is taken in another process's flood would be counted by nobody.
    if (shared?.isReady === false) await shared.ready(signal);
    let claimMs = CLAIM.firstMs;
    let expected = Number.POSITIVE_INFINITY;
    while (shared?.isThere && !this.#isFree(items)) {
      // Before the claim, which would hold the others as well.
      await this.#sleepWhile(() => this.#leftAlone(), signal);
      let [turn, count, isDue] = [0, 0, false];
      const isChanged = await shared.change(
        GATE,
        (row, now) => {
          count = this.#news.length;
          const pace = this.#read(row.learnt);
          turn = pace.nextAt(Math.max(now, this.#floorAt() + this.#aheadMs), items, this.#floorMs);
          isDue = turn <= now + claimMs;
          if (!isDue) return undefined;
          pace.take(turn, items, this.#floorMs);
          return { ...row, learnt: paceText(pace.state, now) };
        },
        signal,
      );
      if (!isChanged) return undefined;
      shared.report(METHOD, this.#onWait);
      const aheadMs = this.#aheadMs;
      const due = turn - aheadMs;
      const leftMs = (): number => due - this.#clock.monotonic();
      if (!isDue) {
        if (due > expected + STEP_MS) claimMs = Math.min(claimMs + CLAIM.moreMs, CLAIM.mostMs);
        expected = due;
        this.#sayTurn(leftMs());
        await this.#clock.sleep(Math.min(leftMs() - claimMs, LONGEST_SLEEP_MS), signal);
        continue;
      }
      this.#news = this.#news.slice(count);
      this.#pace = this.#asShared();
      const { floods } = this.#pace;
      await this.#sleepWhile(leftMs, signal);
      await shared.refresh(FRESH_MS, signal);
      // A flood that somebody met meanwhile has made it void.
      if (this.#pace.floods === floods) return { at: turn, aheadMs, items };
    }
    return undefined;
  }

  /** Whether a send may go at once, and holds nobody up. */
  #isFree(items: number): boolean {
    return this.#floorMs === 0 && this.#pace.intervalMs(this.#now(), 0) === 0 && this.#left(items) <= 0;
  }

  #leftAlone(): number {
    const now = this.#clock.monotonic();
    return Math.max(this.#heldUntil, this.#slowMode.nextAt(now)) - now;
  }

  /** When the user's interval after this process's latest turn is over, on the monotonic clock. */
  #floorAt(): number {
    const last = this.#last;
    return last ? last.at - last.aheadMs + last.items * this.#floorMs : Number.NEGATIVE_INFINITY;
  }

  async #sleepWhile(leftMs: () => number, signal: AbortSignal): Promise<void> {
    for (let left = leftMs(); left > 0; left = leftMs()) {
      this.#sayTurn(left);
      await this.#clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
    }
  }

  #sayTurn(leftMs: number): void {
    const at = this.#clock.now() + leftMs;
    if (leftMs < LONG_MS || Math.abs(at - this.#saidAt) <= STEP_MS) return;
    this.#saidAt = at;
    this.#onTurn?.(at);
  }

  #change(change: Change): void {
    change(this.#pace, this.#aheadMs);
    if (this.#shared) this.#news = [...this.#news, change].slice(-MOST_NEWS);
  }

  async #share(): Promise<void> {
    let count = 0;
    const isShared = await this.#shared?.change(GATE, (row, now) => {
      count = this.#news.length;
      return { ...row, learnt: paceText(this.#read(row.learnt).state, now) };
    });
    if (!isShared) return;
    this.#news = this.#news.slice(count);
    this.#pace = this.#asShared();
  }

  #asShared(): MessagePace {
    return this.#read(this.#shared?.learnt(GATE));
  }

  /** What the others know, and what they don't know yet. */
  #read(learnt: string | undefined): MessagePace {
    const setBackMs = this.#setBack.since(paceWrittenAt(learnt), this.#now());
    const pace = new MessagePace(earlier(paceState(learnt), setBackMs));
    for (const change of this.#news) change(pace, this.#aheadMs);
    return pace;
  }
}
