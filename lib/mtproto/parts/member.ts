import type { Answer } from '../answers.js';
import type { Connection } from '../connection.js';
import type { Call } from '../connection-options.js';
import type { Request } from '../request.js';
import { blend, type Start } from './lateness.js';

/** A request that somebody waits for. */
export interface Job {
  readonly request: Request;
  /** Usually one; two when the first is late. */
  readonly attempts: Set<Attempt>;
  /** How many times its connection was lost. */
  losses: number;
  done: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** A job on one connection. */
export interface Attempt {
  readonly job: Job;
  readonly member: Member;
  readonly call: Call;
  readonly start: Start;
}

/** How many requests one connection carries at once: 8 MiB. */
const MOST_EACH = 16;

/** A connection of a pool, with a measure of its speed. */
export class Member {
  readonly connection: Connection;
  readonly attempts = new Set<Attempt>();
  /** How many requests in a row were late. */
  lateInRow = 0;
  /** Whether it gets no more requests and closes after the present ones. */
  retiring = false;
  #paceMs: number;
  #answeredAt: number | undefined;

  /** `paceMs`: an estimate of the connection's time for one request. */
  constructor(connection: Connection, paceMs: number) {
    this.connection = connection;
    this.#paceMs = paceMs;
  }

  /** How many milliseconds of the connection's time a request has taken lately. */
  get paceMs(): number {
    return this.#paceMs;
  }

  get hasAnswered(): boolean {
    return this.#answeredAt !== undefined;
  }

  /** An estimate of the milliseconds until one more request would be answered; undefined when it can take none. */
  get waitMs(): number | undefined {
    const most = this.connection.proven ? MOST_EACH : 1;
    if (this.retiring || this.attempts.size >= most) return undefined;
    return (this.attempts.size + 1) * this.#paceMs;
  }

  /**
   * Notes that a request made at `since` was answered. If it stood behind another, it has taken the time since the
   * other's answer.
   */
  answered(since: number, now: number): void {
    this.#paceMs = blend(this.#paceMs, now - Math.max(since, this.#answeredAt ?? since));
    this.#answeredAt = now;
    this.lateInRow = 0;
  }
}

/** The connections of a pool. */
export class Members {
  readonly #all = new Set<Member>();

  get size(): number {
    return this.#all.size;
  }

  get all(): readonly Member[] {
    return [...this.#all];
  }

  /** How many are not retiring. */
  get staying(): number {
    return this.#count(({ retiring }) => !retiring);
  }

  /** How many have answered and stay. */
  get carrying(): number {
    return this.#count(({ retiring, hasAnswered }) => hasAnswered && !retiring);
  }

  /** The staying ones beyond the best `most`: the others have fewer late requests in a row, or are faster. */
  beyond(most: number): Member[] {
    if (this.staying <= most) return [];
    const staying = this.all.filter(({ retiring }) => !retiring);
    staying.sort((one, other) => one.lateInRow - other.lateInRow || one.paceMs - other.paceMs);
    return staying.slice(most);
  }

  /** Adds a connection, which is assumed to be as fast as the fastest of the others. */
  add(connection: Connection): Member {
    const paces = this.all.map(({ paceMs }) => paceMs);
    const member = new Member(connection, paces.length > 0 ? Math.min(...paces) : 1);
    this.#all.add(member);
    return member;
  }

  delete(member: Member): void {
    this.#all.delete(member);
  }

  /** The one that should answer first; undefined when none can take a request. */
  freest(except?: Member): Member | undefined {
    let best: Member | undefined;
    let shortest = Number.POSITIVE_INFINITY;
    for (const member of this.#all) {
      const { waitMs } = member;
      if (member === except || waitMs === undefined || waitMs >= shortest) continue;
      best = member;
      shortest = waitMs;
    }
    return best;
  }

  #count(counts: (member: Member) => boolean): number {
    let count = 0;
    for (const member of this.#all) if (counts(member)) count += 1;
    return count;
  }
}
