import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Kysely, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import { LEASE_TIMES, type LeaseTimes } from '../store/lease-term.js';
import { borrowLease, type Lease, type LeaseTables, leaseHost } from '../store/tables/leases.js';
import { heldMs, holdLease } from './held-lease.js';
import { makeHostId, readHostId } from './host-id.js';
import type { JobScene } from './job-scene.js';
import type { JobLease } from './job-term.js';
import type { LedgerPlace } from './ledger.js';
import type { LedgerTables } from './schema.js';

/** Undefined for a ledger that is a file. @throws UsageError JOB_RUNNING when another machine has the job */
export async function leaseJob(scene: JobScene): Promise<JobLease | undefined> {
  const { database, ledger, folder, leaseTimes = LEASE_TIMES } = scene;
  if (!database) return undefined;
  const name = leaseName(folder);
  const holder = await leaseHolder(scene);
  const held = await holdLease({ ...scene, lease: { name, holder, host: scene.host }, times: leaseTimes });
  if (held) return held;
  throw runningOn(await leaseHost(ledger.db as unknown as Kysely<LeaseTables>, name), leaseTimes);
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
