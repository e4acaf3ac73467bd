import { orAborted } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import { deferred } from '../../base/deferred.js';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { connectionLost, NoAnswerError } from '../../refusals/telegram-error.js';
import type { Answer } from '../answers.js';
import type { Connection } from '../connection.js';
import type { ConnectionEvents } from '../dialer.js';
import type { Request } from '../request.js';
import { ConnectionPolicy } from './connection-policy.js';
import { Lateness } from './lateness.js';
import { type Attempt, type Job, type Member, Members } from './member.js';

export interface PartPoolOptions {
  /** Shown in the log: `download of DC 2`. */
  readonly name: string;
  /** The most connections, asked whenever one may be opened. At least 1. */
  readonly most: () => number;
  /** How many connections `warm` opens: the number that was good last time. Default: 1. */
  readonly start?: number | undefined;
  /** Makes a connection, which may still be opening. */
  readonly connect: (events: ConnectionEvents) => Promise<Connection>;
  /** Takes back the memory of an answer that came too late. */
  readonly discard: (answer: Answer) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly closing: AbortSignal;
}

/** How often a request is repeated at once because its connection was lost. */
const MOST_LOSSES = 2;
const WATCH_MS = 250;
/** A connection is closed when this many requests in a row were late. */
const MOST_LATE = 3;

/**
 * The connections of one direction of one DC, and the requests that are spread over them. Each request goes where it is
 * likely to be answered first; one that is late also goes to another connection, and the first answer counts.
 */
export class PartPool {
  readonly #options: PartPoolOptions;
  readonly #policy: ConnectionPolicy;
  readonly #lateness = new Lateness();
  readonly #members = new Members();
  readonly #queue: Job[] = [];
  readonly #jobs = new Set<Job>();
  #opening = 0;
  #watching = false;

  constructor(options: PartPoolOptions) {
    this.#options = options;
    this.#policy = new ConnectionPolicy(options);
  }

  /** How many requests are being waited for. */
  get outstanding(): number {
    return this.#jobs.size;
  }

  get connections(): number {
    return this.#members.size;
  }

  /** How many connections have carried parts at the same time. */
  get goodConnections(): number {
    return this.#policy.good;
  }

  /** Opens its first connections before there is a request. */
  warm(): void {
    this.#openUpTo(this.#options.start ?? 1);
  }

  /**
   * Resolves with the answer, which may be an error of the server; rejects with CONNECTION_LOST, TIMEOUT, or the
   * signal's reason.
   */
  async run(request: Request, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    const { job, answer } = newJob(request);
    this.#jobs.add(job);
    this.#queue.push(job);
    this.#spread();
    if (!this.#watching) void this.#watch();
    try {
      return await orAborted(answer, signal);
    } finally {
      this.#end(job);
      // Settles a job that the abort has left unsettled.
      job.reject(signal.reason);
    }
  }

  /** Closes the connections; requests under way are repeated on new ones. */
  reset(reason: Error): void {
    for (const { connection } of this.#members.all) connection.close(reason);
  }

  #spread(): void {
    this.#openUpTo(this.#jobs.size);
    for (let job = this.#queue[0]; job; job = this.#queue[0]) {
      const member = this.#members.freest();
      // A connection that is about to open serves it sooner than a busy one.
      if (!member || (this.#opening > 0 && member.attempts.size > 0)) break;
      this.#queue.shift();
      this.#attempt(job, member);
    }
    this.#retire();
  }

  #attempt(job: Job, member: Member): void {
    const start = this.#lateness.start(this.#options.clock.monotonic(), this.#jobs.size);
    const attempt: Attempt = { job, member, call: member.connection.request(job.request), start };
    job.attempts.add(attempt);
    member.attempts.add(attempt);
    attempt.call.answer.then(
      (answer) => this.#answered(attempt, answer),
      (error) => this.#lost(attempt, error),
    );
  }

  #answered(attempt: Attempt, answer: Answer): void {
    const { job, member, start } = attempt;
    drop(attempt);
    if (job.done) {
      this.#options.discard(answer);
      return;
    }
    const now = this.#options.clock.monotonic();
    member.answered(start.since, now);
    this.#lateness.answered(now - start.since);
    this.#policy.answered(now, this.#members.carrying);
    job.resolve(answer);
    this.#end(job);
    this.#spread();
  }

  #lost(attempt: Attempt, error: unknown): void {
    const { job } = attempt;
    drop(attempt);
    if (job.done || job.attempts.size > 0) return;
    job.losses += 1;
    if (job.losses > MOST_LOSSES || !(error instanceof NoAnswerError)) {
      job.reject(error);
      this.#end(job);
    } else {
      this.#queue.unshift(job);
      this.#spread();
    }
  }

  /** Ends a job whose answer nobody waits for any more. */
  #end(job: Job): void {
    job.done = true;
    this.#jobs.delete(job);
    const index = this.#queue.indexOf(job);
    if (index >= 0) this.#queue.splice(index, 1);
    for (const attempt of job.attempts) {
      attempt.call.cancel();
      drop(attempt);
    }
  }

  /** Opens a connection for each request, as long as more are allowed. */
  #openUpTo(wanted: number): void {
    const there = this.#members.staying + this.#opening;
    for (let more = Math.min(wanted, this.#policy.allowed) - there; more > 0; more -= 1) void this.#open();
  }

  /** Opens one for a request whose connection does not answer. */
  #openAnother(): void {
    if (this.#opening > 0) return;
    const staying = this.#members.staying;
    if (staying >= this.#policy.allowed) this.#policy.another();
    this.#openUpTo(staying + 1);
  }

  /** Closes surplus connections, the worst first, when they have answered. */
  #retire(): void {
    for (const slow of this.#members.beyond(this.#policy.allowed)) slow.retiring = true;
    for (const { retiring, attempts, connection } of this.#members.all) {
      if (retiring && attempts.size === 0) connection.close(new Error('the server wants fewer connections'));
    }
  }

  #failed(carried: boolean): void {
    const now = this.#options.clock.monotonic();
    this.#policy.failed({ now, carried, staying: this.#members.staying });
  }

  async #open(): Promise<void> {
    const { connect, log, name } = this.#options;
    this.#opening += 1;
    let member: Member | undefined;
    try {
      const connection = await connect({
        onProven: () => this.#spread(),
        onClose: (reason) => {
          if (member) this.#left(member, reason);
        },
      });
      member = this.#members.add(connection);
      log.debug('part_connection_opened', { of: name, connections: this.#members.size });
    } catch (error) {
      this.#failed(false);
      if (this.#members.staying === 0) this.#rejectAll(() => error);
    } finally {
      this.#opening -= 1;
    }
    this.#spread();
  }

  /** Fails all jobs because nothing can be reached: their callers decide what to do. */
  #rejectAll(errorFor: (method: string) => unknown): void {
    for (const job of [...this.#jobs]) {
      job.reject(errorFor(job.request.method));
      this.#end(job);
    }
  }

  #left(member: Member, reason: Error): void {
    const { log, name } = this.#options;
    this.#members.delete(member);
    const details = { of: name, connections: this.#members.size, reason: messageOf(reason) };
    log.debug('part_connection_closed', details);
    // A connection that is lost before a request needed it counts as well: without a limit, another would be opened in its
    // place at once, again and again.
    const isRefused = !member.hasAnswered && !member.retiring && this.#jobs.size > 0;
    if (member.attempts.size > 0 || isRefused) this.#failed(member.hasAnswered);
    if (!member.hasAnswered && this.#members.staying === 0)
      this.#rejectAll((method) => connectionLost(method, reason));
    else this.#spread();
  }

  /**
   * Sends late requests over another connection as well, and waiting ones where an abort has made room; ends with the
   * last request.
   */
  async #watch(): Promise<void> {
    const { clock, closing } = this.#options;
    this.#watching = true;
    try {
      while (this.#jobs.size > 0) {
        await clock.sleep(WATCH_MS, closing);
        this.#hedge(clock.monotonic());
        this.#spread();
      }
    } catch (error) {
      if (!closing.aborted) throw error;
    } finally {
      this.#watching = false;
    }
  }

  #hedge(now: number): void {
    for (const job of [...this.#jobs]) {
      const [attempt] = job.attempts;
      if (!attempt || job.attempts.size > 1 || !this.#lateness.isLate(attempt.start, now)) continue;
      const other = this.#members.freest(attempt.member);
      if (!other) {
        this.#openAnother();
        return;
      }
      const { member, start } = attempt;
      this.#options.log.debug('part_delayed', { of: this.#options.name, ms: Math.round(now - start.since) });
      this.#attempt(job, other);
      member.lateInRow += 1;
      if (member.lateInRow >= MOST_LATE) member.connection.close(new Error('its answers are late'));
    }
  }
}

function newJob(request: Request): { readonly job: Job; readonly answer: Promise<Answer> } {
  const { promise, ...settle } = deferred<Answer>();
  return { job: { request, attempts: new Set(), losses: 0, done: false, ...settle }, answer: promise };
}

function drop(attempt: Attempt): void {
  attempt.job.attempts.delete(attempt);
  attempt.member.attempts.delete(attempt);
}
