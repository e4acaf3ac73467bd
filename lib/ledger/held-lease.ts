import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base/clock.js';
import { messageOf, UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { LeaseTerm, type LeaseTimes, type Moment, momentOf } from '../store/lease-term.js';
import { refuseLeft } from '../store/moves.js';
import { transact } from '../store/repeatable.js';
import { type Lease, type LeaseTables, releaseLease, renewLease, takeLease } from '../store/tables/leases.js';
import type { JobLease } from './job-term.js';
import type { Ledger } from './ledger.js';
import type { LedgerTables } from './schema.js';

export interface HeldLeaseOptions {
  /** On a server: the tables that have the lease, and their name for people. */
  readonly ledger: Pick<Ledger, 'db' | 'path'>;
  readonly lease: Lease;
  readonly times: LeaseTimes;
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes a lease of the ledger's, and renews it until it is given back. Undefined when somebody else has it. */
export async function holdLease(options: HeldLeaseOptions): Promise<JobLease | undefined> {
  const { ledger, lease, times, clock } = options;
  const db = ledger.db as unknown as Kysely<LeaseTables>;
  const before = momentOf(clock);
  if (!(await takeLease(db, lease, heldMs(times)))) return undefined;
  const held = new HeldLease(options, before);
  try {
    // Taken first: see WriterLease.
    await refuseLeft(db, ledger.path);
    return held;
  } catch (error) {
    await held.release();
    throw error;
  }
}

/**
 * Until when others wait, by the database's clock: for the term of the holder, and for what it has begun at the end of it.
 */
export function heldMs({ leaseMs, requestMs }: LeaseTimes): number {
  return leaseMs + requestMs;
}

class HeldLease implements JobLease {
  readonly holder: string;
  readonly #options: HeldLeaseOptions;
  readonly #term: LeaseTerm;
  /** Since a request was given up without an answer. */
  readonly #open: LeaseTerm;
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;
  #released: Promise<void> | undefined;

  /** It was taken by a statement that was sent after `before`. */
  constructor(options: HeldLeaseOptions, before: Moment) {
    this.#options = options;
    this.holder = options.lease.holder;
    this.#term = new LeaseTerm(options.clock, options.times.leaseMs);
    this.#open = new LeaseTerm(options.clock, options.times.requestMs);
    this.#term.begin(before);
    this.#renewing = this.#renewAgainAndAgain();
  }

  get mayBegin(): boolean {
    return this.#term.leftMs > this.#options.times.requestMs;
  }

  async ready(): Promise<void> {
    // The process may have been stopped since the renewal.
    while (!this.mayBegin) await this.transact(async () => {});
  }

  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#term.leftMs; left > 0; left = this.#term.leftMs)
      await this.#options.clock.sleep(left, signal);
  }

  leaveOpen(): void {
    this.#open.begin(momentOf(this.#options.clock));
  }

  async transact<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    let before = momentOf(this.#options.clock);
    const done = await transact(this.#options.ledger.db, async (db) => {
      before = momentOf(this.#options.clock);
      if (!(await this.#renew(db as unknown as Transaction<LeaseTables>))) throw takenOver();
      return work(db);
    });
    this.#term.begin(before);
    return done;
  }

  release(): Promise<void> {
    this.#stop.abort();
    this.#released ??= this.#renewing.then(() => this.#giveBack());
    return this.#released;
  }

  /** Another machine waits for what was left open; this data directory has the lease at once, as after a kill. */
  async #giveBack(): Promise<void> {
    const { lease } = this.#options;
    const ms = this.#open.leftMs;
    if (ms > 0) await transact(this.#db, (tx) => renewLease(tx, lease, ms));
    else await releaseLease(this.#db, lease);
  }

  get #db(): Kysely<LeaseTables> {
    return this.#options.ledger.db as unknown as Kysely<LeaseTables>;
  }

  async #renew(db: Kysely<LeaseTables>): Promise<boolean> {
    if (await renewLease(db, this.#options.lease, heldMs(this.#options.times))) return true;
    this.#term.end();
    return false;
  }

  async #renewAgainAndAgain(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await clock.sleep(this.#options.times.renewalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const before = momentOf(clock);
      try {
        // The next request finds out that the job is another machine's.
        if (await this.#renew(this.#db)) this.#term.begin(before);
      } catch (error) {
        if (!signal.aborted) log.warn('lease_not_renewed', { error: messageOf(error) });
      }
    }
  }
}

function takenOver(): UsageError {
  return new UsageError(
    'JOB_TAKEN_OVER',
    'Another machine has taken this job, because this one was silent for too long: let it continue there.',
  );
}
