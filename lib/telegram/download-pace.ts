import { MIB } from '../base/bytes.js';

/** What is in flight, in bytes: 100 MB/s over 40 ms need the least; each connection has some. */
const LEAST = 4 * MIB;
const LEAST_EACH = 1.5 * MIB;
const MOST = 32 * MIB;
/** How many times as many requests a trial keeps in flight, and how many times as fast parts must then come. */
const STEP = 1.5;
const WORTH = 1.15;
/** Milliseconds. */
const SHORTEST_ROUND = 100;
const FIRST_PAUSE = 3_000;
const LONGEST_PAUSE = 30_000;

export interface AnsweredRequest {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  readonly bytes: number;
  /** The connections that share the requests. */
  readonly connections: number;
  readonly heldBack: boolean;
}

/**
 * How many requests one download keeps in flight: as many as its way holds, found by trial. More are kept in flight for
 * a round of answers; if that brings no speed, they would only wait in line, and the number goes back. Each connection
 * has some of its own. A round in which requests were mostly held back proves nothing.
 */
export class DownloadPace {
  readonly #requestSize: number;
  readonly #most: number;
  #width: number;
  #formerWidth: number;
  #trying = false;
  /** In bytes per millisecond, at the width before the trial. */
  #speed = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #pauseMs = FIRST_PAUSE;
  /** How many answers to requests made at the former width are still to come; they say nothing about this width. */
  #toSkip = 0;
  #roundAt: number | undefined;
  #roundAnswers = 0;
  #roundBytes = 0;
  #roundHeld = 0;
  #connections = 1;

  /** `requestSize`: the bytes of a request. */
  constructor(requestSize: number) {
    this.#requestSize = requestSize;
    this.#most = this.#requestsOf(MOST);
    this.#width = this.#requestsOf(LEAST);
    this.#formerWidth = this.#width;
  }

  /** How many requests to keep in flight: 4 to 32 MiB. */
  get width(): number {
    return Math.min(this.#most, Math.max(this.#width, this.#requestsOf(LEAST_EACH * this.#connections)));
  }

  #requestsOf(bytes: number): number {
    return Math.ceil(bytes / this.#requestSize);
  }

  /**
   * Notes that a part came. `heldBack`: fewer requests are in flight than there could be, because the consumer is
   * slower.
   */
  answered({ now, bytes, connections, heldBack }: AnsweredRequest): void {
    if (connections !== this.#connections) {
      this.#connections = connections;
      if (this.#trying) this.#goBack();
      this.#begin(now);
      return;
    }
    if (this.#toSkip > 0 || this.#roundAt === undefined) {
      this.#toSkip = Math.max(0, this.#toSkip - 1);
      this.#begin(now);
      return;
    }
    this.#roundAnswers += 1;
    this.#roundBytes += bytes;
    if (heldBack) this.#roundHeld += 1;
    const elapsed = now - this.#roundAt;
    // Answers come in bursts, one for each round trip: only whole bursts can be measured.
    if (this.#roundAnswers % this.width !== 0 || elapsed < SHORTEST_ROUND) return;
    this.#judge(now, this.#roundBytes / elapsed);
    this.#begin(now);
  }

  #judge(now: number, speed: number): void {
    const held = 2 * this.#roundHeld > this.#roundAnswers;
    if (this.#trying && speed < WORTH * this.#speed) {
      if (held) return;
      this.#goBack();
      this.#notBefore = now + this.#pauseMs;
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE);
      return;
    }
    if (this.#trying) this.#pauseMs = FIRST_PAUSE;
    this.#trying = false;
    this.#speed = speed;
    if (held || now < this.#notBefore || this.width === this.#most) return;
    this.#trying = true;
    this.#formerWidth = this.#width;
    this.#width = Math.min(this.#most, Math.ceil(STEP * this.width));
    this.#toSkip = this.#width;
  }

  #goBack(): void {
    this.#trying = false;
    this.#width = this.#formerWidth;
    this.#toSkip = this.width;
  }

  #begin(now: number): void {
    this.#roundAt = now;
    this.#roundAnswers = 0;
    this.#roundBytes = 0;
    this.#roundHeld = 0;
  }
}
