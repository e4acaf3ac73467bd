import type { BudgetState, Estimate, Window } from './budget-state.js';

/** A flood that a send met. Times in milliseconds of one clock. */
export interface MessageFlood {
  /** When the refusal came. */
  readonly at: number;
  /** When Telegram will accept messages again, according to its answer. */
  readonly endsAt: number;
  /** When the refused send is repeated. */
  readonly resumesAt: number;
  /** Messages of the refused send. Default: those of the latest. */
  readonly items?: number;
  /** Messages that were counted and not accepted: those of the refused send, and of all after it. Default: `items`. */
  readonly refused?: number;
}

const HOUR_MS = 60 * 60_000;
/** Waits of this length or more are rare, however often they come. */
const LONG_WAIT_MS = 30 * 60_000;
/** The factor by which the interval grows at the first flood; the next flood shows how far it has to grow. */
const FIRST_GROWTH = 1.25;
/** A flood that ends within this many windows of the previous one's end lies in the first of them. */
const ONE_WINDOW = 1.5;
/** FLOOD_WAIT_X is in whole seconds, rounded up; the rest is the round trip. */
const ROUNDING_MS = 1_500;
/**
 * How much longer than measured a window is assumed to be, because messages reach the server a little earlier or later
 * than they were sent.
 */
const SLACK = { leastMs: 250, share: 0.005, mostShare: 0.04 };
/**
 * A window's messages go in its first part: then it has surely ended when the next ones go, and they open a new one.
 */
const SPREAD = 0.95;
/** How much more is tried after an hour, or a window, without a flood, and after how long that doubles. */
const PROBE = { share: 0.01, everyMs: HOUR_MS / 4, everyWindows: 0.25 };
/** An estimate that isn't sure is dropped when this many times as many messages would be tried. */
const WORN_OUT = 10;

/**
 * Learns from floods how many messages an account may send in how long. A flood ends when its window does, and the next
 * window begins with the next message: so the first flood after another shows how long a window is, and how many
 * messages it accepts. From then on messages are counted here as the server counts them.
 *
 * After an hour without a flood more is tried, slowly at first: so a budget that has grown is noticed, at the price of
 * at most one flood an hour. Of what a single flood has taught nothing is left after some hours.
 */
export class MessageBudget {
  #estimate: Estimate | undefined;
  #since: Window | undefined;
  #sinceFlood: boolean;
  #window: Window | undefined;
  #next: Window | undefined;
  #latest: number;
  #slackShare: number;
  #countsAlone: boolean;
  #calmSince: number;

  /** `known`: what another one has learned; its times are by the same clock. Default: nothing. */
  constructor(known: Partial<BudgetState> = {}) {
    this.#estimate = known.estimate;
    this.#since = known.since;
    this.#sinceFlood = known.sinceFlood ?? false;
    this.#window = known.window;
    this.#next = known.next;
    this.#latest = known.latest ?? 0;
    this.#slackShare = known.slackShare ?? SLACK.share;
    this.#countsAlone = known.countsAlone ?? false;
    this.#calmSince = known.calmSince ?? Number.POSITIVE_INFINITY;
  }

  get state(): BudgetState {
    return {
      estimate: this.#estimate,
      since: this.#since,
      sinceFlood: this.#sinceFlood,
      window: this.#window,
      next: this.#next,
      latest: this.#latest,
      slackShare: this.#slackShare,
      countsAlone: this.#countsAlone,
      calmSince: Number.isFinite(this.#calmSince) ? this.#calmSince : undefined,
    };
  }

  /** Notes that messages were sent, or are about to be. */
  sent(at: number, items: number): void {
    this.#latest = items;
    if (!this.#known(at)) {
      // What was counted since the flood on which it rested belongs to many windows.
      if (this.#estimate) this.forgetCounts();
      this.#estimate = undefined;
    }
    this.#since = joined(this.#since, at, items);
    const estimate = this.#estimate;
    const ended = !estimate || !this.#window || at >= this.#endOf(this.#window, estimate);
    if (ended) {
      // If the messages near the end didn't open it, this one does.
      this.#window = this.#next
        ? { ...joined(this.#next, at, items), latest: at }
        : joined(undefined, at, items);
      this.#next = undefined;
      return;
    }
    this.#window = joined(this.#window, at, items);
    if (at < this.#window.earliest + spreadMs(estimate)) return;
    this.#next = { ...joined(this.#next, at, items), latest: at };
  }

  /** Begins to count from 0, after more time without a message than a window lasts. */
  forgetCounts(): void {
    this.#since = undefined;
    this.#sinceFlood = false;
    this.#window = undefined;
    this.#next = undefined;
  }

  /** How long an account has to be silent before counts are worth nothing, in milliseconds. */
  get longestGapMs(): number {
    return Math.max(HOUR_MS, this.#estimate ? ONE_WINDOW * this.#widenedMs(this.#estimate) : 0);
  }

  /** Notes that a send was refused and will be repeated. */
  flooded({ at, endsAt, resumesAt, items = this.#latest, refused = items }: MessageFlood): void {
    const before = (this.#since?.items ?? 0) - refused;
    if (this.#since && before > 0) {
      this.#learn({ at, endsAt, before, openedAt: this.#since.earliest, items, refused });
    }
    this.#since = undefined;
    this.#sinceFlood = true;
    this.#calmSince = resumesAt;
    this.#window = undefined;
    this.#next = undefined;
    this.sent(resumesAt, items);
  }

  /** Notes that the latest send will be repeated later for another reason. */
  postponed(to: number): void {
    const postpone = (window: Window | undefined): Window | undefined =>
      window && window.items === this.#latest ? { ...window, earliest: to, latest: to } : window;
    this.#since = postpone(this.#since);
    this.#window = postpone(this.#window);
    this.#next = postpone(this.#next);
  }

  /** Notes that something other than this budget has asked for a wait: nothing more is tried for an hour after it. */
  calmFrom(at: number): void {
    this.#calmSince = at;
  }

  /** Milliseconds from one message to the next that the budget allows in the long run; 0 while it isn't known. */
  intervalMs(at: number): number {
    const estimate = this.#known(at);
    if (!estimate) return 0;
    const evenMs = this.#widenedMs(estimate) / this.#itemsAt(estimate, at);
    return estimate.sure ? evenMs : Math.min(evenMs, estimate.cautiousMs / this.#probe(estimate, at));
  }

  /** Milliseconds from one message to the next within a window. */
  paceMs(at: number): number {
    const estimate = this.#estimate;
    return estimate?.sure ? spreadMs(estimate) / this.#itemsAt(estimate, at) : this.intervalMs(at);
  }

  /** When a window has room for `items` more: `at` or later. */
  roomAt(at: number, items: number): number {
    const estimate = this.#estimate;
    if (!estimate?.sure) return at;
    const most = Math.floor(this.#itemsAt(estimate, at));
    for (const window of [this.#window, this.#next]) {
      const endsAt = window ? this.#endOf(window, estimate) : at;
      if (window && at < endsAt) return window.items + items <= most ? at : endsAt;
    }
    return at;
  }

  #learn(flood: Observation): void {
    if (this.#countsAlone) return;
    const { at, endsAt, before, openedAt, items } = flood;
    const known = this.#estimate;
    const windowMs = endsAt - openedAt;
    const most = before + items - 1;
    const shorter = known && windowMs < known.windowMs / ONE_WINDOW;
    if (!known || shorter || (!known.sure && isHasty(known))) {
      const cautiousMs = (FIRST_GROWTH * (at - openedAt)) / before;
      this.#estimate = { windowMs, items: most, sure: this.#sinceFlood, cautiousMs };
      return;
    }
    const tried = this.#probe(known, at);
    if (!known.sure && tried > 1) {
      // It came hours after the one before, which says nothing of a window; but what was tried was too much.
      const share = Math.max(1, tried / FIRST_GROWTH);
      this.#estimate = { ...known, items: known.items * share, cautiousMs: known.cautiousMs / share };
      return;
    }
    const longer = windowMs > known.windowMs + ROUNDING_MS;
    if (longer && endsAt - at >= LONG_WAIT_MS && Math.abs(before - known.items) <= known.items * 0.1) {
      // As many messages as ever, over a longer time, and yet the wait is no shorter.
      this.#countsAlone = true;
      this.#estimate = undefined;
      return;
    }
    this.#estimate = {
      ...known,
      windowMs:
        longer && windowMs <= known.windowMs * ONE_WINDOW ? windowMs : Math.min(windowMs, known.windowMs),
      items: this.#learnItems(known, flood),
      sure: true,
    };
  }

  #learnItems(known: Estimate, { at, endsAt, items, refused }: Observation): number {
    const window = this.#window;
    const before = (window?.items ?? 0) - refused;
    const most = before + items - 1;
    const tried = Math.floor(this.#itemsAt(known, at));
    // The flood's end shows which window it belongs to. If a window has ended here, it wasn't over on the server, or
    // messages arrived late.
    const another = !window || endsAt - known.windowMs < window.earliest - ROUNDING_MS;
    if (another || most >= tried) {
      this.#slackShare = Math.min(SLACK.mostShare, this.#slackShare * 2);
      return known.items;
    }
    const proven = this.#probe(known, at) > 1 && most >= known.items * 0.9 - 1;
    if (!proven) return Math.max(1, known.items / 2, most);
    // More than ever were accepted, unless some of them were in the window before.
    return window.latest - window.earliest <= ROUNDING_MS ? Math.max(known.items, before) : known.items;
  }

  #itemsAt(estimate: Estimate, at: number): number {
    return estimate.items * this.#probe(estimate, at);
  }

  /** The estimate, unless it is worn out at `at`. */
  #known(at: number): Estimate | undefined {
    const estimate = this.#estimate;
    return estimate && !estimate.sure && this.#probe(estimate, at) >= WORN_OUT ? undefined : estimate;
  }

  /** How many times the estimated number is tried at `at`. */
  #probe({ windowMs, sure }: Estimate, at: number): number {
    // One flood doesn't show how long a window is: what is taken for it may have lasted for weeks.
    const waitedMs = sure ? windowMs : 0;
    const calmMs = at - this.#calmSince - Math.max(HOUR_MS, waitedMs);
    if (calmMs < 0) return 1;
    return (
      1 + PROBE.share * 2 ** Math.min(30, calmMs / Math.max(PROBE.everyMs, waitedMs * PROBE.everyWindows))
    );
  }

  #endOf(window: Window, estimate: Estimate): number {
    return window.latest + this.#widenedMs(estimate);
  }

  #widenedMs({ windowMs }: Estimate): number {
    return windowMs + Math.max(SLACK.leastMs, windowMs * this.#slackShare);
  }
}

interface Observation {
  readonly at: number;
  readonly endsAt: number;
  /** When the first message was sent since the last flood. */
  readonly openedAt: number;
  /** How many messages were accepted since then. */
  readonly before: number;
  /** See MessageFlood. */
  readonly items: number;
  readonly refused: number;
}

function joined(window: Window | undefined, at: number, items: number): Window {
  const { earliest, latest, items: before } = window ?? { earliest: at, latest: at, items: 0 };
  return { earliest, latest, items: before + items };
}

function spreadMs({ windowMs }: Estimate): number {
  return Math.min(windowMs * SPREAD, Math.max(windowMs / 2, windowMs - ROUNDING_MS));
}

/** Whether messages go faster than the estimate allows, so that the next flood has to come in the next window. */
function isHasty({ windowMs, items, cautiousMs }: Estimate): boolean {
  return cautiousMs * items < windowMs * SPREAD;
}
