import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../base/clock.js';
import { LEASE_TIMES, LeaseTerm, momentOf } from './lease-term.js';
import { dropLease, type Lease, type LeaseTables, renewLease } from './tables/leases.js';

export interface RenewedLeaseOptions {
  readonly db: Kysely<LeaseTables>;
  /** Has just been taken. */
  readonly lease: Lease;
  readonly clock: Clock;
  /** What the work ends with when somebody else has taken the lease. */
  readonly takenOver: () => Error;
}

/** A lease that is renewed while its holder works, however long one step takes. */
export class RenewedLease {
  readonly #options: RenewedLeaseOptions;
  readonly #term: LeaseTerm;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;

  constructor(options: RenewedLeaseOptions) {
    this.#options = options;
    this.#term = new LeaseTerm(options.clock, LEASE_TIMES.leaseMs);
    this.#term.begin(momentOf(options.clock));
    this.#renewing = this.#renewAgainAndAgain();
  }

  /** Aborts, with `takenOver` as its reason, when the lease is somebody else's. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** For a transaction that writes by the right of the lease. @throws what `takenOver` makes */
  async renewWithin(tx: Transaction<LeaseTables>): Promise<void> {
    if (!(await renewLease(tx, this.#options.lease, LEASE_TIMES.leaseMs))) this.#lose();
    this.lost.throwIfAborted();
  }

  /** Where the database is out of reach, the lease expires by itself. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    await dropLease(this.#options.db, this.#options.lease).catch(() => undefined);
  }

  #lose(): void {
    this.#lost.abort(this.#options.takenOver());
  }

  async #renewAgainAndAgain(): Promise<void> {
    const { db, lease, clock } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, this.lost]);
    while (!signal.aborted) {
      await clock.sleep(LEASE_TIMES.renewalMs, signal).catch(() => undefined);
      if (signal.aborted) return;
      const before = momentOf(clock);
      try {
        if (await renewLease(db, lease, LEASE_TIMES.leaseMs)) this.#term.begin(before);
        else this.#lose();
      } catch {
        // The next note says what is wrong with the database; until then, others wait for as long as the lease lasts.
        if (this.#term.leftMs <= 0) this.#lose();
      }
    }
  }
}
