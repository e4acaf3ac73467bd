import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import { refuseLeft } from '../store/moves.js';
import {
  borrowLease,
  type Lease,
  type LeaseTables,
  leaseHost,
  releaseLease,
  renewLease,
  takeLease,
} from '../store/tables/leases.js';
import type { JobScene } from './job-scene.js';
import type { LedgerPlace } from './ledger.js';
import type { LedgerTables } from './schema.js';
import { readStateFile, writeStateFile } from './state-file.js';

/**
 * The sole right to a job whose ledger is on a server, against other machines with a data directory of their own. Within
 * a data directory the folder's lock is enough.
 */
export interface JobLease {
  /**
   * Called in each transaction that comes before a send: renews the lease, and throws (JOB_TAKEN_OVER) if another machine
   * has taken it since. Until that transaction ends none can.
   */
  keep(db: Transaction<LedgerTables>): Promise<void>;
  /** Gives it back. May be called more than once. */
  release(): Promise<void>;
}

/** How long a machine that has fallen silent keeps the job, in milliseconds; and how often it says that it is there. */
const LEASE_MS = 60_000;
const RENEWAL_MS = 20_000;

/** Names this data directory on this machine; a random number, since paths and host names are often alike. */
const ID_FILE = 'host-id';

/** Undefined for a ledger that is a file. @throws UsageError JOB_RUNNING when another machine has the job */
export async function leaseJob(scene: JobScene): Promise<JobLease | undefined> {
  const { database, ledger, accountId, folder, host, clock, log } = scene;
  if (!database) return undefined;
  const db = ledger.db as unknown as Kysely<LeaseTables>;
  const lease = { name: leaseName(accountId, folder), holder: await leaseHolder(scene), host };
  if (!(await takeLease(db, lease, LEASE_MS))) throw runningOn(await leaseHost(db, lease.name));
  // Taken first: see WriterLease.
  await refuseLeft(db, database.name);
  const stop = new AbortController();
  const renewing = (async () => {
    for (;;) {
      await clock.sleep(RENEWAL_MS, stop.signal);
      // The next send finds out whether the job is still this machine's.
      await renewLease(db, lease, LEASE_MS).catch((error: unknown) => {
        if (!stop.signal.aborted) log.warn('lease_not_renewed', { error });
      });
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  let released: Promise<void> | undefined;
  return {
    async keep(tx) {
      if (await renewLease(tx as unknown as Kysely<LeaseTables>, lease, LEASE_MS)) return;
      throw new UsageError(
        'JOB_TAKEN_OVER',
        'Another machine has taken this job, because this one was silent for too long: let it continue there.',
      );
    },
    release() {
      stop.abort();
      released ??= renewing.then(() => releaseLease(db, lease));
      return released;
    },
  };
}

/** A job on a server, and who wants to change it. */
export interface JobChange extends LedgerPlace {
  readonly accountId: number;
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

/** A data directory without an id has never run a job: then any holder will do, and none is written. */
async function leaseOf({ dataDir, accountId, folder, random }: JobChange): Promise<Lease> {
  const host = hostname();
  const id = (await readId(dataDir)) ?? newId(random);
  return { name: leaseName(accountId, folder), holder: holderFrom(id, host), host };
}

function runningOn(host = 'another machine'): UsageError {
  return new UsageError(
    'JOB_RUNNING',
    `This job is running on ${host}, or was cut off there less than a minute ago: wait until it ends, or stop it.`,
    { fields: { host } },
  );
}

/** By what a job is known to all machines: its account, and its chats. */
function leaseName(accountId: number, folder: string): string {
  return `job ${accountId} ${folder}`;
}

/** By what the leases of a data directory on this machine are known: a process that follows a killed one has them at once. */
export async function leaseHolder({
  dataDir,
  random,
  host,
}: Pick<JobScene, 'dataDir' | 'random' | 'host'>): Promise<string> {
  const found = await readId(dataDir);
  const id = found ?? newId(random);
  if (id !== found) await writeStateFile(join(dataDir, ID_FILE), `${id}\n`);
  return holderFrom(id, host);
}

/** A copy of the directory on another machine is another holder. */
function holderFrom(id: string, host: string): string {
  return createHash('sha256').update(`${id} ${host}`).digest('hex');
}

async function readId(dataDir: string): Promise<string | undefined> {
  const found = (await readStateFile(join(dataDir, ID_FILE)))?.trim();
  return found !== undefined && /^[0-9a-f]{32}$/.test(found) ? found : undefined;
}

function newId(random: Random): string {
  return random.bytes(16).toString('hex');
}
