/** The state of a connection at one moment. */
export interface Vitals {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  /**
   * A number that changes with each byte that arrives, and with each byte that the kernel accepts of a message that
   * waits for it. A message that it accepts at once changes nothing, because that doesn't show that the server is
   * alive.
   */
  readonly signs: number;
  /** Whether the server has sent anything. */
  readonly proven: boolean;
  /** How many requests are unanswered. */
  readonly outstanding: number;
}

/** The server gave no sign of life in time: TIMEOUT rather than CONNECTION_LOST. */
export class SilenceError extends Error {
  override name = 'SilenceError';
}

/**
 * What happens to an idle connection: `close` after 30 s, or `keep`. A kept one is pinged every 60 s, even while it is
 * busy: ping_delay_disconnect sets a deadline on the server, and only another ping moves it
 * (core.telegram.org/mtproto/service_messages). A connection that has gone silent is noticed within 75 s of its last
 * ping.
 */
export type WhenIdle = 'close' | 'keep';

/** All in milliseconds. */
const OPEN_LIMIT = 15_000;
/** When an answer is due and there is no sign of life for this long, the server is asked for one. */
const PING_AFTER = 10_000;
const PONG_LIMIT = 15_000;
const IDLE_LIMIT = 30_000;
const KEEP_EVERY = 60_000;

/**
 * Decides by a connection's vitals, taken about every second, when to ask the server for a sign of life and when to
 * give up.
 */
export class Pulse {
  readonly #whenIdle: WhenIdle;
  readonly #openedAt: number;
  #signs = 0;
  /** Since when there has been no sign of life, and an answer has or has not been due. */
  #quietSince: number;
  #idleSince: number;
  #wasIdle = true;
  #askedAt: number | undefined;
  /** A connection begins with a ping. */
  #lastPingAt: number;

  constructor(now: number, whenIdle: WhenIdle) {
    this.#whenIdle = whenIdle;
    this.#openedAt = now;
    this.#quietSince = now;
    this.#idleSince = now;
    this.#lastPingAt = now;
  }

  /** 'ping' when it is time to ask the server for a sign of life; an error is the reason to close. */
  judge({ now, signs, proven, outstanding }: Vitals): 'ping' | Error | undefined {
    const isIdle = outstanding === 0;
    if (signs !== this.#signs || (this.#wasIdle && !isIdle && this.#askedAt === undefined)) {
      this.#quietSince = now;
    }
    if (signs !== this.#signs) this.#askedAt = undefined;
    this.#signs = signs;
    this.#wasIdle = isIdle;
    if (!isIdle) this.#idleSince = now;
    if (!proven) {
      return now - this.#openedAt >= OPEN_LIMIT ? new SilenceError('nothing came in 15 s') : undefined;
    }
    if (this.#askedAt !== undefined) {
      return now - this.#askedAt >= PONG_LIMIT ? new SilenceError('no sign of life for 15 s') : undefined;
    }
    if (this.#whenIdle === 'close' && now - this.#idleSince >= IDLE_LIMIT) {
      return new Error('nothing to do for 30 s');
    }
    const overdue = !isIdle && now - this.#quietSince >= PING_AFTER;
    if (!overdue && !(this.#whenIdle === 'keep' && now - this.#lastPingAt >= KEEP_EVERY)) return undefined;
    this.#askedAt = now;
    this.#lastPingAt = now;
    return 'ping';
  }
}
