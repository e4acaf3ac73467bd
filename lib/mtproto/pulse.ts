/** What a connection looks like at one moment. */
export interface Vitals {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  /** Bytes that have moved in either direction, without those of the questions that it asks for. */
  readonly moved: number;
  /** The server has spoken. */
  readonly proven: boolean;
  /** Requests without an answer. */
  readonly outstanding: number;
  /** When the oldest of them was made. */
  readonly oldestSince: number | undefined;
}

/** An answer didn't come in its time: TIMEOUT rather than CONNECTION_LOST. */
export class SilenceError extends Error {
  override name = 'SilenceError';
}

/** Milliseconds, all of them. */
const OPEN_LIMIT = 15_000;
/** With an answer due and no byte moving for so long the server is asked whether it lives. */
const PING_AFTER = 10_000;
const DEAD_AFTER = 25_000;
/** An answer that takes longer is not coming. */
const ANSWER_LIMIT = 10 * 60_000;
const IDLE_LIMIT = 30_000;

/** Tells from a connection's vitals, taken every second or so, when to ask the server for a sign and when to give up. */
export class Pulse {
  readonly #openedAt: number;
  #usedAt: number;
  #movedAt: number;
  #moved = 0;
  #pinged = false;

  constructor(now: number) {
    this.#openedAt = now;
    this.#usedAt = now;
    this.#movedAt = now;
  }

  /** 'ping' when the server is to be asked for a sign; an error is the reason to close. */
  judge({ now, moved, proven, outstanding, oldestSince }: Vitals): 'ping' | Error | undefined {
    if (moved > this.#moved || outstanding === 0) {
      this.#moved = Math.max(moved, this.#moved);
      this.#movedAt = now;
      this.#pinged = false;
    }
    if (outstanding > 0) this.#usedAt = now;
    if (!proven && now - this.#openedAt >= OPEN_LIMIT) return new SilenceError('nothing came in 15 s');
    if (now - this.#movedAt >= DEAD_AFTER) return new SilenceError('no byte has moved for 25 s');
    if (now - (oldestSince ?? now) >= ANSWER_LIMIT) return new SilenceError('an answer took over 10 minutes');
    if (now - this.#usedAt >= IDLE_LIMIT) return new Error('nothing to do for 30 s');
    if (!proven || this.#pinged || now - this.#movedAt < PING_AFTER) return undefined;
    this.#pinged = true;
    return 'ping';
  }
}
