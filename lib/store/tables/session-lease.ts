import type { Transaction } from 'kysely';
import { linkAbort, orAborted } from '../../base/abort.js';
import type { Clock } from '../../base/clock.js';
import { messageOf, TelepiError, UsageError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import { LEASE_TIMES, LeaseTerm, type LeaseTimes, momentOf } from '../lease-term.js';
import type { OpenDatabase } from '../open-database.js';
import { transact } from '../repeatable.js';
import {
  type LeaseTables,
  leaseHost,
  otherLeases,
  releaseWithin,
  renewLease,
  sweepWithin,
  takeWithin,
} from './leases.js';

export interface SessionLeaseOptions {
  /** Undefined: it has no tables for it, and gets none. When the signal aborts, its connection ends at once. */
  readonly open: (signal: AbortSignal) => Promise<OpenDatabase<LeaseTables> | undefined>;
  /** Names the session: see sessionMark. */
  readonly session: string;
  /** Where the session is, for people. */
  readonly where: string;
  /** Names the data directory on this machine, whose processes share the session. */
  readonly holder: string;
  readonly host: string;
  /** Another data directory has taken the session: what is connected is to be closed with this error. Called once. */
  readonly onLost: (error: UsageError) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Default: LEASE_TIMES. */
  readonly times?: LeaseTimes;
}

/**
 * The right of one data directory to a session, for any number of its processes at once. Each has a row of its own besides
 * that of the session, and the one that ends last gives the session back. A database that is out of reach stops nobody, since
 * nobody else can take the session there: but a process that was stopped asks the database before it uses the session again.
 */
export class SessionLease {
  readonly #options: SessionLeaseOptions;
  readonly #times: LeaseTimes;
  readonly #term: LeaseTerm;
  /** How long a failure to ask the database counts: then it is asked again. */
  readonly #excused: LeaseTerm;
  readonly #own: string;
  readonly #stop = new AbortController();
  /** Ends the connection to the database, whatever it waits for. */
  readonly #ending = new AbortController();
  #db: OpenDatabase<LeaseTables> | undefined;
  #asking: Promise<void> | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #lost: UsageError | undefined;
  #trouble: string | undefined;
  #hasTables = true;
  #released: Promise<void> | undefined;

  constructor(options: SessionLeaseOptions) {
    const { clock, random, session, times = LEASE_TIMES } = options;
    this.#options = options;
    this.#times = times;
    this.#term = new LeaseTerm(clock, times.leaseMs);
    this.#excused = new LeaseTerm(clock, times.leaseMs);
    this.#own = `${NAME}${session} ${random.bytes(16).toString('hex')}`;
  }

  /**
   * Takes it, if the database answers in time. False: there are no tables for it. Abort rejects with the signal's reason.
   * @throws UsageError SESSION_IN_USE
   */
  async begin(signal?: AbortSignal): Promise<boolean> {
    await this.#askInTime(signal);
    if (this.#lost) throw this.#lost;
    if (this.#hasTables) this.#renewing = this.#askAgainAndAgain();
    return this.#hasTables;
  }

  /** Why it isn't known whether another machine uses the session; undefined when none does. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Whether the session may be used now, without asking the database before. */
  get mayPass(): boolean {
    return !this.#lost && (this.#term.leftMs > 0 || this.#excused.leftMs > 0);
  }

  /** Resolves when the session may be used. @throws UsageError SESSION_IN_USE */
  async pass(): Promise<void> {
    if (this.mayPass) return;
    if (!this.#lost) await this.#askInTime();
    if (this.#lost) throw this.#lost;
  }

  /** Ends this process's use of the session, for about two seconds at most. May be called more than once. */
  release(): Promise<void> {
    this.#stop.abort();
    this.#released ??= this.#releaseInTime();
    return this.#released;
  }

  get #name(): string {
    return `${NAME}${this.#options.session}`;
  }

  /** One question at a time. Never rejects. */
  #ask(): Promise<void> {
    this.#asking ??= this.#hold().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The same, as long as the database may take for an answer: a later one counts when it comes. */
  async #askInTime(signal?: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    if (await inTime(this.#ask(), { clock, ms: ANSWER_MS, signal })) return;
    this.#trouble = `the database hasn't answered within ${ANSWER_MS / 1000} seconds`;
    this.#excused.begin(momentOf(clock));
    log.warn('session_not_leased', { error: this.#trouble });
  }

  async #hold(): Promise<void> {
    const { clock, log, open, onLost } = this.#options;
    const before = momentOf(clock);
    try {
      this.#db ??= await open(this.#ending.signal);
      this.#hasTables = this.#db !== undefined;
      if (!this.#db) {
        this.#excused.begin(momentOf(clock));
        return;
      }
      const { db } = this.#db;
      if (await transact(db, (tx) => this.#take(tx))) {
        this.#trouble = undefined;
        this.#term.begin(before);
        return;
      }
      const other = (await leaseHost(db, this.#name)) ?? 'another machine';
      const lost = inUse(other, this.#options, this.#times);
      this.#lost = lost;
      onLost(lost);
    } catch (error) {
      if (!(error instanceof TelepiError)) throw error;
      this.#trouble = error.message;
      this.#excused.begin(momentOf(clock));
      log.warn('session_not_leased', { error: messageOf(error) });
    }
  }

  async #take(tx: Transaction<LeaseTables>): Promise<boolean> {
    const { holder, host } = this.#options;
    const ms = this.#times.leaseMs + this.#times.requestMs;
    // The session's row first: whoever has it locked is alone with the others.
    if (!(await takeWithin(tx, { name: this.#name, holder, host }, ms))) return false;
    await sweepWithin(tx, `${this.#name} `);
    return takeWithin(tx, { name: this.#own, holder, host }, ms);
  }

  async #askAgainAndAgain(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted && !this.#lost) {
      await clock.sleep(this.#times.renewalMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.#ask();
    }
  }

  async #releaseInTime(): Promise<void> {
    const { clock, log } = this.#options;
    if (await inTime(this.#release(), { clock, ms: RELEASE_MS })) return;
    log.warn('session_not_released', {
      error: `the database hasn't answered within ${RELEASE_MS / 1000} seconds`,
    });
    this.#ending.abort();
  }

  async #release(): Promise<void> {
    const { log } = this.#options;
    await this.#renewing;
    await this.#asking;
    const open = this.#db;
    if (!open) return;
    try {
      await transact(open.db, (tx) => this.#leave(tx));
    } catch (error) {
      // It expires by itself.
      log.warn('session_not_released', { error: messageOf(error) });
    }
    await open.close();
  }

  async #leave(tx: Transaction<LeaseTables>): Promise<void> {
    const { holder, host } = this.#options;
    const session = { name: this.#name, holder, host };
    // Locks the row of the session, as above. Who has lost it leaves it to the others.
    const isOurs = await renewLease(tx, session, this.#times.leaseMs + this.#times.requestMs);
    await releaseWithin(tx, { name: this.#own, holder });
    await sweepWithin(tx, `${this.#name} `);
    if (isOurs && !(await otherLeases(tx, `${this.#name} `))) await releaseWithin(tx, session);
  }
}

/** How long a connection waits for the database, and the end of a command, in milliseconds. */
const ANSWER_MS = 10_000;
const RELEASE_MS = 2_000;

/** Whether `work` settled within `ms` milliseconds; it continues if it didn't. Rejects when the signal aborts. */
async function inTime(
  work: Promise<void>,
  {
    clock,
    ms,
    signal,
  }: { readonly clock: Clock; readonly ms: number; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const over = linkAbort(signal);
  try {
    const late = clock.sleep(ms, over.signal).then(() => false);
    return await Promise.race([orAborted(work, signal).then(() => true), late]);
  } finally {
    over.release();
    over.abort(new Error('It has settled.'));
  }
}

/** How the names of these leases begin. */
const NAME = 'session ';

function inUse(
  other: string,
  { host, where }: SessionLeaseOptions,
  { leaseMs, requestMs }: LeaseTimes,
): UsageError {
  const seconds = Math.ceil((leaseMs + requestMs) / 1000);
  const by = other === host ? `by another data directory on ${other}` : `on ${other}`;
  return new UsageError(
    'SESSION_IN_USE',
    `The session in ${where} is in use ${by}, or was until less than ${seconds} seconds ago, and Telegram ends a session that two ` +
      `machines use at once: if that was this machine under another name, run again in ${seconds} seconds; otherwise take the ` +
      'session away from here, and log in on this machine with `telepi login`.',
    { fields: { host: other } },
  );
}
