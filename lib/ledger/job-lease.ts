import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Kysely, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import { type LeaseTables, leaseHost, releaseLease, renewLease, takeLease } from '../store/tables/leases.js';
import type { JobScene } from './job-scene.js';
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
  const lease = { name: leaseName(accountId, folder), holder: await holderOf(scene), host };
  if (!(await takeLease(db, lease, LEASE_MS))) {
    const other = await leaseHost(db, lease.name);
    throw new UsageError(
      'JOB_RUNNING',
      `This job is running on ${other ?? 'another machine'}, or was cut off there less than a minute ago: wait until it ends, or stop it.`,
      { fields: { host: other ?? '' } },
    );
  }
  const stop = new AbortController();
  const renewing = (async () => {
    for (;;) {
      await clock.sleep(RENEWAL_MS, stop.signal);
      await renewLease(db, lease, LEASE_MS);
    }
  })().catch((error: unknown) => {
    // The next send finds out whether the job is still this machine's.
    if (!stop.signal.aborted) log.warn('lease_not_renewed', { error });
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

/** By what a job is known to all machines: its account, and its chats. */
export function leaseName(accountId: number, folder: string): string {
  return `job ${accountId} ${folder}`;
}

async function holderOf({ dataDir, random, host }: JobScene): Promise<string> {
  const path = join(dataDir, ID_FILE);
  const found = (await readStateFile(path))?.trim();
  const id = found !== undefined && /^[0-9a-f]{32}$/.test(found) ? found : random.bytes(16).toString('hex');
  if (id !== found) await writeStateFile(path, `${id}\n`);
  // A copy of the directory on another machine is another holder.
  return createHash('sha256').update(`${id} ${host}`).digest('hex');
}
