import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Kysely, Transaction } from 'kysely';
import { messageOf, UsageError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import { LEASE_TIMES, LeaseTerm, type LeaseTimes, type Moment, momentOf } from '../store/lease-term.js';
import { refuseLeft } from '../store/moves.js';
import { transact } from '../store/repeatable.js';
import {
  borrowLease,
  type Lease,
  type LeaseTables,
  leaseHost,
  releaseLease,
  renewLease,
  takeLease,
} from '../store/tables/leases.js';
import { makeHostId, readHostId } from './host-id.js';
import type { JobScene } from './job-scene.js';
import type { JobLease } from './job-term.js';
import type { LedgerPlace } from './ledger.js';
import type { LedgerTables } from './schema.js';

/** Undefined for a ledger that is a file. @throws UsageError JOB_RUNNING when another machine has the job */
export async function leaseJob(scene: JobScene): Promise<JobLease | undefined> {
  const { database, ledger, folder, host, clock, leaseTimes = LEASE_TIMES } = scene;
  if (!database) return undefined;
  const db = ledger.db as unknown as Kysely<LeaseTables>;
  const lease = { name: leaseName(folder), holder: await leaseHolder(scene), host };
  const before = momentOf(clock);
  if (!(await takeLease(db, lease, heldMs(leaseTimes))))
    throw runningOn(await leaseHost(db, lease.name), leaseTimes);
  const held = new HeldLease(scene, lease, before);
  try {
    // Taken first: see WriterLease.
    await refuseLeft(db, database.name);
    return held;
  } catch (error) {
    await held.release();
    throw error;
  }
}

/**
 * Until when others wait, by the database's clock: for the term of the holder, and for what it has begun at the end of it.
 */
function heldMs({ leaseMs, requestMs }: LeaseTimes): number {
  return leaseMs + requestMs;
}

class HeldLease implements JobLease {
  readonly holder: string;
  readonly #scene: JobScene;
  readonly #lease: Lease;
  readonly #times: LeaseTimes;
  readonly #term: LeaseTerm;
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;
  #released: Promise<void> | undefined;

  /** It was taken by a statement that was sent after `before`. */
  constructor(scene: JobScene, lease: Lease, before: Moment) {
    this.#scene = scene;
    this.#lease = lease;
    this.holder = lease.holder;
    this.#times = scene.leaseTimes ?? LEASE_TIMES;
    this.#term = new LeaseTerm(scene.clock, this.#times.leaseMs);
    this.#term.begin(before);
    this.#renewing = this.#renewAgainAndAgain();
  }

  get mayBegin(): boolean {
    return this.#term.leftMs > this.#times.requestMs;
  }

  async ready(): Promise<void> {
    // The process may have been stopped since the renewal.
    while (!this.mayBegin) await this.transact(async () => {});
  }

  async over(signal: AbortSignal): Promise<void> {
    for (let left = this.#term.leftMs; left > 0; left = this.#term.leftMs)
      await this.#scene.clock.sleep(left, signal);
  }

  async transact<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    let before = momentOf(this.#scene.clock);
    const done = await transact(this.#scene.ledger.db, async (db) => {
      before = momentOf(this.#scene.clock);
      if (!(await this.#renew(db as unknown as Transaction<LeaseTables>))) throw takenOver();
      return work(db);
    });
    this.#term.begin(before);
    return done;
  }

  release(): Promise<void> {
    this.#stop.abort();
    this.#released ??= this.#renewing.then(() => releaseLease(this.#db, this.#lease));
    return this.#released;
  }

  get #db(): Kysely<LeaseTables> {
    return this.#scene.ledger.db as unknown as Kysely<LeaseTables>;
  }

  async #renew(db: Kysely<LeaseTables>): Promise<boolean> {
    if (await renewLease(db, this.#lease, heldMs(this.#times))) return true;
    this.#term.end();
    return false;
  }

  async #renewAgainAndAgain(): Promise<void> {
    const { clock, log } = this.#scene;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await clock.sleep(this.#times.renewalMs, signal).catch(() => undefined);
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

/** A job on a server, and who wants to change it. */
export interface JobChange extends LedgerPlace {
  /** The name of the job's folder. */
  readonly folder: string;
  readonly random: Random;
}

/**
 * The right to change a job that isn't running, in the transaction that changes it: until it ends, no machine can begin a
 * run. One that has fallen silent for too long, and continues after all, finds at its next send that it has lost the job
 * (JOB_TAKEN_OVER). For a ledger that is a file, the folder's lock is enough.
 * @throws UsageError JOB_RUNNING when another machine has the job
 */
export async function borrowJob(db: Transaction<LedgerTables>, change: JobChange): Promise<void> {
  if (!change.database) return;
  const tx = db as unknown as Transaction<LeaseTables>;
  const lease = await leaseOf(change);
  if (!(await borrowLease(tx, lease))) throw runningOn(await leaseHost(tx, lease.name));
}

/** @throws UsageError JOB_RUNNING when another machine has the job */
export async function refuseLeased(db: Transaction<LedgerTables>, change: JobChange): Promise<void> {
  if (!change.database) return;
  const { name, holder } = await leaseOf(change);
  const host = await leaseHost(db as unknown as Transaction<LeaseTables>, name, holder);
  if (host !== undefined) throw runningOn(host);
}

/** The machine that runs a job of a server now, unless it is `own`; undefined when none does. */
export function runningElsewhere(
  db: Kysely<LedgerTables>,
  { folder }: Pick<JobChange, 'folder'>,
  own: string,
): Promise<string | undefined> {
  return leaseHost(db as unknown as Kysely<LeaseTables>, leaseName(folder), own);
}

/** A data directory without an id has never run a job: then any holder will do, and none is written. */
async function leaseOf({ dataDir, folder, random }: JobChange): Promise<Lease> {
  const host = hostname();
  const id = (await readHostId(dataDir)) ?? random.bytes(16).toString('hex');
  return { name: leaseName(folder), holder: holderFrom(id, host), host };
}

function runningOn(host = 'another machine', times: LeaseTimes = LEASE_TIMES): UsageError {
  const seconds = Math.ceil(heldMs(times) / 1000);
  return new UsageError(
    'JOB_RUNNING',
    `This job is running on ${host}, or was cut off there less than ${seconds} seconds ago: wait until it ends, or stop it.`,
    { fields: { host } },
  );
}

/**
 * By what a job is known to all machines: its chats. Not by its account, since two accounts that began the same copy at
 * once would both send it.
 */
function leaseName(folder: string): string {
  return `job ${folder}`;
}

/** By what the leases of a data directory on this machine are known: a process that follows a killed one has them at once. */
export async function leaseHolder({
  dataDir,
  random,
  host,
}: Pick<JobScene, 'dataDir' | 'random' | 'host'>): Promise<string> {
  return holderFrom(await makeHostId(dataDir, random), host);
}

/** The same for whoever only looks: a data directory that has never run a job gets no name. */
export async function presentHolder(dataDir: string, host = hostname()): Promise<string> {
  const id = await readHostId(dataDir);
  return id === undefined ? '' : holderFrom(id, host);
}

/** A copy of the directory, on this machine or another one, is another holder. */
function holderFrom(id: string, host: string): string {
  return createHash('sha256').update(`${id} ${host}`).digest('hex');
}
