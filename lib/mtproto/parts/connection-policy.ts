export interface ConnectionPolicyOptions {
  /** The most connections, asked at each decision. At least 1. */
  readonly most: () => number;
}

/** Failures within this time of one another count as one; the first pause after them is as long. Milliseconds. */
const FAILURE_MS = 5_000;
/** Pauses are doubled up to this one. Milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** The loss of a connection. */
export interface Failure {
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  /** Whether it had answered a part; otherwise it was refused, or the server never answered. */
  readonly carried: boolean;
  /** How many other connections stay. */
  readonly staying: number;
}

/**
 * How many connections one direction of one DC may have: the most, until some fail. Connections that have carried parts
 * and are lost at about the same time, as when the network fails, take one place together; a connection that never
 * carried any leaves no more places than there are connections. After a pause, which is longer each time that it fails,
 * twice as many are tried.
 *
 * Whether a connection brings speed is not measured: one that brings none costs a socket, and a trial costs seconds.
 * TDLib opens as many to each DC from the first part on (NetQueryDispatcher: eight up and eight down for a Premium
 * account, four and two for others).
 */
export class ConnectionPolicy {
  readonly #most: () => number;
  /** Undefined: as many as are allowed. */
  #limit: number | undefined;
  #pauseMs = FAILURE_MS;
  #failedAt = Number.NEGATIVE_INFINITY;
  #raisedAt = Number.NEGATIVE_INFINITY;
  #mostCarrying = 0;

  constructor({ most }: ConnectionPolicyOptions) {
    this.#most = most;
  }

  /** How many there may be now. */
  get allowed(): number {
    return Math.min(this.#limit ?? this.#most(), this.#most());
  }

  /** How many have carried parts at once, and have not failed since. */
  get good(): number {
    return Math.min(this.#mostCarrying, this.allowed);
  }

  /**
   * Notes that a part was answered, at `now` in milliseconds of the monotonic clock, while `carrying` connections
   * answered.
   */
  answered(now: number, carrying: number): void {
    this.#mostCarrying = Math.max(this.#mostCarrying, carrying);
    if (this.#limit === undefined || now < Math.max(this.#failedAt, this.#raisedAt) + this.#pauseMs) return;
    this.#raisedAt = now;
    this.#limit = 2 * this.#limit < this.#most() ? 2 * this.#limit : undefined;
  }

  /** Allows one more connection, because a counted one doesn't answer and is as good as none. */
  another(): void {
    if (this.#limit !== undefined) this.#limit = Math.min(this.#limit + 1, this.#most());
  }

  /** Notes that a connection timed out, was refused or was closed by the server. */
  failed({ now, carried, staying }: Failure): void {
    const isNew = now >= this.#failedAt + FAILURE_MS;
    if (isNew) {
      const again = now < this.#failedAt + 2 * LONGEST_PAUSE_MS;
      this.#pauseMs = again ? Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS) : FAILURE_MS;
      this.#failedAt = now;
    }
    if (!carried) this.#limit = Math.max(1, Math.min(this.allowed, staying));
    else if (isNew) this.#limit = Math.max(1, this.allowed - 1);
  }
}
