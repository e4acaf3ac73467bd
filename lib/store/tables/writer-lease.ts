import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { LEASE_TIMES, LeaseTerm, momentOf } from '../lease-term.js';
import { refuseLeft } from '../moves.js';
import { dropLease, type Lease, type LeaseTables, sweepLeases, takeLease } from './leases.js';

export interface WriterLeaseOptions {
  /** What people call the database. */
  readonly path: string;
  /** At most 255 characters. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** How long a process that has fallen silent counts as one that writes, and how often it says that it is there. */
const { leaseMs: LEASE_MS, renewalMs: RENEWAL_MS } = LEASE_TIMES;

/** How the names of these leases begin. Each process has one of its own, and any number may write at once. */
const NAME = 'writer ';

/**
 * That a process writes into a database, by which telepi move-store knows that nothing may be moved. It is taken first, and
 * then the database's marks are read; whoever moves marks first, and then reads the leases: so at least one of the two sees
 * the other. A process that was silent for longer than its lease reads the marks again before it writes.
 */
export class WriterLease {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  #db: Kysely<LeaseTables> | undefined;
  #renewing: Promise<void> | undefined;
  readonly #term: LeaseTerm;

  constructor({ path, host, clock, random }: WriterLeaseOptions) {
    const holder = random.bytes(16).toString('hex');
    this.#path = path;
    this.#clock = clock;
    this.#term = new LeaseTerm(clock, LEASE_MS);
    this.#lease = { name: `${NAME}${holder}`, holder, host };
  }

  /** Takes it. `later`: for its renewals, if they go another way. @throws UsageError STORE_MOVED, STORE_HALF_MOVED */
  async begin<Tables>(db: Kysely<Tables>, later: Kysely<Tables> = db): Promise<void> {
    await sweepLeases(leases(db), NAME);
    await this.#hold(leases(db));
    this.#db = leases(later);
    this.#renewing ??= this.#renew();
  }

  /** Called before each write: a process that was stopped for a while may have lost the database. Throws as `begin` does. */
  async keep<Tables>(db?: Kysely<Tables>): Promise<void> {
    const through = db ? leases(db) : this.#db;
    if (!this.#db || !through || this.#term.leftMs > RENEWAL_MS) return;
    await this.#hold(through);
  }

  /** Gives it back, by another way if `through` says so. May be called more than once. */
  async release<Tables>(through?: Kysely<Tables>): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    const db = this.#db && through ? leases(through) : this.#db;
    this.#db = undefined;
    // Where the server is out of reach, it expires by itself.
    if (db) await dropLease(db, this.#lease).catch(() => undefined);
  }

  async #hold(db: Kysely<LeaseTables>): Promise<void> {
    const before = momentOf(this.#clock);
    await takeLease(db, this.#lease, LEASE_MS);
    await refuseLeft(db, this.#path);
    this.#term.begin(before);
  }

  async #renew(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#clock.sleep(RENEWAL_MS, signal).catch(() => undefined);
      // What stands against it is found out by the next write.
      if (!signal.aborted && this.#db) await this.#hold(this.#db).catch(() => undefined);
    }
  }
}

/** One database has the tables of all rooms. */
function leases<Tables>(db: Kysely<Tables>): Kysely<LeaseTables> {
  return db as unknown as Kysely<LeaseTables>;
}
