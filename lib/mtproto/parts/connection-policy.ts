import { Stretch } from './stretch.js';

export interface ConnectionPolicyOptions {
  /** The most connections, asked at each decision. At least 1. */
  readonly most: () => number;
  /** How many connections it begins with: the number that proved good last time. Default: 1. */
  readonly start?: number;
}

/** A part that was answered. */
export interface AnsweredPart {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  readonly bytes: number;
  /** From its request to its answer. */
  readonly latencyMs: number;
  /** The time that its connection needs for one part, with no other in front of it. */
  readonly paceMs: number;
  /** How many requests are under way or waiting, including this one. */
  readonly outstanding: number;
  /** How many connections have answered a part and stay. */
  readonly carrying: number;
}

/** An attempt with more connections than before, until its effect is known. */
interface Trial {
  readonly before: number;
  /** In bytes per millisecond, of the connections before the trial. */
  speed: number;
  /** How many stretches showed no gain. */
  failed: number;
}

/** The extent over which a speed is measured: answers per connection, and milliseconds. */
const ROUGHLY = { answersEach: 2, ms: 100 };
const SURELY = { answersEach: 4, ms: 150 };
/** A connection is worth having when it adds this share of the speed of one of the others. */
const WORTH = 0.25;
/** A gain of this share shows even in a rough measurement. */
const PLAIN = 0.6;
/** How many times the requests that the way holds have to be under way: half of them wait in line, or a few. */
const CROWDED = 2;
const FULL = 1.25;
/**
 * A trial has failed after this many stretches without a gain; it gets more when too little was requested to show one.
 */
const MOST_FAILED = 2;
const MOST_UNCLEAR = 8;
/** A stretch may be slow for other reasons: a trial must still exceed this share of the best earlier one. */
const MEMORY = 0.9;
/** In milliseconds. A part that takes longer than this is not a reason to open another connection. */
const FAST_PART = 1_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const FAILURE_PAUSE = 5_000;

/**
 * Decides how many connections one direction of one DC should have. It begins with one, or with the number that proved
 * good last time. When requests wait in line although the latest answers came fast, another is tried, and while trials
 * bring speed, each tries up to twice as many more as the one before. Connections that bring no speed are closed again,
 * and each following trial comes later. Connections that merely wait for work prove nothing: if the other direction is
 * the slower one, a trial lasts until there is work. A connection that fails takes its place with it for a while.
 *
 * A way holds its speed times its shortest latency (Little's law). Requests beyond that wait in line, and more
 * connections can bring at most as much more as waits in line.
 */
export class ConnectionPolicy {
  readonly #most: () => number;
  #wanted: number;
  #trial: Trial | undefined;
  /** How many connections a trial adds. */
  #step = 1;
  /** Whether the last trial succeeded: then the next one needs less evidence. */
  #growing = false;
  #stretch: Stretch | undefined;
  #carrying = 0;
  /** The latest measurement, with the present connections. */
  #speed: { readonly bytes: number; readonly parts: number } | undefined;
  #shortestMs = Number.POSITIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_PAUSE;

  constructor({ most, start = 1 }: ConnectionPolicyOptions) {
    this.#most = most;
    this.#wanted = start;
  }

  /** How many connections there should be now. */
  get wanted(): number {
    return Math.min(this.#wanted, this.#most());
  }

  /** How many connections are known to be worth having: the ones before the current trial. */
  get good(): number {
    return Math.min(this.#trial?.before ?? this.#wanted, this.#most());
  }

  /** Called after an idle time: the current measurement doesn't count. */
  begin(): void {
    this.#stretch = undefined;
  }

  answered(part: AnsweredPart): void {
    const { now, carrying, latencyMs } = part;
    this.#shortestMs = Math.min(this.#shortestMs, latencyMs);
    if (!this.#stretch || carrying !== this.#carrying) {
      this.#compareWith(this.#stretch, ROUGHLY);
      this.#carrying = carrying;
      this.#stretch = new Stretch(now);
      return;
    }
    this.#stretch.add(part);
    if (this.#trial) this.#judge(this.#trial, this.#stretch, now);
    else if (this.#stretch.isEnough(SURELY, carrying)) this.#settle(this.#stretch, now);
    if (!this.#trial) this.#consider(part);
  }

  /**
   * Notes that a connection timed out, was refused or was closed by the server. Several at about the same time count as
   * one.
   */
  failed(now: number): void {
    this.begin();
    if (now < this.#failedAt + FAILURE_PAUSE) return;
    this.#failedAt = now;
    if (this.#trial) this.#growing = false;
    // Some of the first connections may never have carried anything.
    const reached = Math.max(1, Math.min(this.#wanted - 1, this.#carrying));
    this.#shrink(this.#trial?.before ?? reached);
    this.#notBefore = Math.max(this.#notBefore, now + FAILURE_PAUSE);
  }

  /** A request waits on a connection that doesn't answer: another is needed, whatever the speed. */
  another(now: number): void {
    if (this.#wanted < this.#most() && !this.#trial) this.#try(1, now);
  }

  /** A stretch measured before any connection of the trial carried anything is the one that the trial must exceed. */
  #compareWith(stretch: Stretch | undefined, least: typeof ROUGHLY): boolean {
    const trial = this.#trial;
    if (!trial || !stretch || this.#carrying > trial.before) return false;
    if (!stretch.isEnough(least, this.#carrying)) return false;
    trial.speed = Math.max(trial.speed, stretch.bytesPerMs);
    return true;
  }

  #judge(trial: Trial, stretch: Stretch, now: number): void {
    if (this.#carrying < this.wanted) {
      if (this.#compareWith(stretch, SURELY)) this.#stretch = new Stretch(now);
      return;
    }
    const gain = stretch.bytesPerMs / trial.speed - 1;
    const sameAgain = (this.#carrying - trial.before) / trial.before;
    const plain = stretch.isEnough(ROUGHLY, this.#carrying) && gain >= PLAIN * sameAgain;
    if (!plain && !stretch.isEnough(SURELY, this.#carrying)) return;
    this.#speed = undefined;
    this.#settle(stretch, now);
    if (plain || gain >= WORTH * sameAgain) {
      this.#trial = undefined;
      this.#growing = true;
      this.#step *= 2;
      this.#pauseMs = FIRST_PAUSE;
      return;
    }
    trial.failed += 1;
    const unclear = stretch.outstanding < FULL * this.#holds;
    if (trial.failed < (unclear ? MOST_UNCLEAR : MOST_FAILED)) return;
    this.#growing = false;
    this.#shrink(trial.before);
    this.#notBefore = now + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE);
  }

  #consider({ now, outstanding, paceMs }: AnsweredPart): void {
    if (!this.#speed || this.#carrying < this.wanted || this.#wanted >= this.#most()) return;
    if (now < this.#notBefore || paceMs > FAST_PART) return;
    const crowd = outstanding / Math.max(this.#holds, this.#carrying);
    if (crowd < (this.#growing ? FULL : CROWDED)) return;
    this.#try(Math.min(this.#step, Math.ceil((crowd - 1) * this.#carrying)), now);
  }

  /** How many requests are under way when none waits in line. */
  get #holds(): number {
    return (this.#speed?.parts ?? 0) * this.#shortestMs;
  }

  #settle(stretch: Stretch, now: number): void {
    const { bytes = 0, parts = 0 } = this.#speed ?? {};
    this.#speed = {
      bytes: Math.max(stretch.bytesPerMs, MEMORY * bytes),
      parts: Math.max(stretch.partsPerMs, MEMORY * parts),
    };
    this.#stretch = new Stretch(now);
  }

  #try(more: number, now: number): void {
    this.#trial = { before: this.#wanted, speed: this.#speed?.bytes ?? 0, failed: 0 };
    this.#wanted = Math.min(this.#most(), this.#wanted + more);
    this.#stretch = new Stretch(now);
  }

  #shrink(wanted: number): void {
    this.#wanted = wanted;
    this.#trial = undefined;
    this.#step = 1;
    this.#speed = undefined;
  }
}
