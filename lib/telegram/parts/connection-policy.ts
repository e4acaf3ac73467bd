export interface ConnectionPolicyOptions {
  /** The most connections, asked at each decision. At least 1. */
  readonly most: () => number;
}

/** Milliseconds, unless they say otherwise. */
const EPOCH = 250;
/** An epoch has at least so many answers for each connection. */
const ANSWERS_EACH = 6;
/** A part that takes longer of its connection's time, with no other before it, is no reason to open another. */
const FAST_PART = 1_000;
/** A connection is worth having when it brings this share of what one of the others carries. */
const WORTH = 0.3;
/** While parts go faster from epoch to epoch by this much something else still opens up: not the time for a trial. */
const STILL_GROWING = 1.1;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

/**
 * How many connections one direction of one DC should have. It begins with one, and tries another when the last
 * answers came fast and all connections were busy; one that brings no speed is closed again, and the next trial comes
 * later each time. A connection that fails takes its place with it for a while.
 */
export class ConnectionPolicy {
  readonly #most: () => number;
  #wanted = 1;
  #epochAt: number | undefined;
  #answers = 0;
  #bytes = 0;
  #paceMs = 0;
  #busy = true;
  /** Bytes a second in the last epoch without a trial. */
  #speed = 0;
  #trying = false;
  #notBefore = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_PAUSE;

  constructor({ most }: ConnectionPolicyOptions) {
    this.#most = most;
  }

  /** How many there should be now. */
  get wanted(): number {
    return Math.min(this.#wanted, this.#most());
  }

  /** The number of connections has changed, or there was nothing to do: what was measured before doesn't count. */
  begin(now: number): void {
    this.#epochAt = now;
    this.#answers = 0;
    this.#bytes = 0;
    this.#paceMs = 0;
    this.#busy = true;
  }

  /** A part of `bytes` took `paceMs` of its connection's time; `outstanding` are under way or wait, it among them. */
  answered(part: {
    readonly now: number;
    readonly bytes: number;
    readonly paceMs: number;
    readonly outstanding: number;
  }): void {
    const { now, bytes, paceMs, outstanding } = part;
    if (this.#epochAt === undefined) this.begin(now);
    this.#answers += 1;
    this.#bytes += bytes;
    this.#paceMs += paceMs;
    if (outstanding < this.#wanted) this.#busy = false;
    const elapsed = now - (this.#epochAt ?? now);
    if (elapsed < EPOCH || this.#answers < ANSWERS_EACH * this.#wanted) return;
    this.#judge(now, (this.#bytes * 1000) / elapsed, this.#paceMs / this.#answers);
    this.begin(now);
  }

  /** A connection timed out, was refused or was closed by the server. Several at about the same time count as one. */
  failed(now: number): void {
    this.begin(now);
    if (now < this.#failedAt + FIRST_PAUSE) return;
    this.#failedAt = now;
    this.#trying = false;
    this.#wanted = Math.max(1, this.#wanted - 1);
    this.#notBefore = Math.max(this.#notBefore, now + FIRST_PAUSE);
  }

  /** A request waits on a connection that doesn't answer: another is needed, whatever the speed. */
  another(now: number): void {
    if (this.#wanted >= this.#most() || this.#trying) return;
    this.#trying = true;
    this.#wanted += 1;
    this.begin(now);
  }

  #judge(now: number, speed: number, paceMs: number): void {
    const former = this.#speed;
    this.#speed = speed;
    if (this.#trying && speed < former * (1 + WORTH / (this.#wanted - 1))) {
      this.#trying = false;
      this.#wanted -= 1;
      this.#speed = Math.max(speed, former);
      this.#pause(now);
      return;
    }
    const proved = this.#trying;
    this.#trying = false;
    if (proved) this.#pauseMs = FIRST_PAUSE;
    else if (speed > former * STILL_GROWING) return;
    if (!this.#busy || paceMs > FAST_PART || now < this.#notBefore || this.#wanted >= this.#most()) return;
    this.#trying = true;
    this.#wanted += 1;
  }

  #pause(now: number): void {
    this.#notBefore = now + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE);
  }
}
