import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import type { Random } from '../base/random.js';
import { type HeldLeaseOptions, heldMs, holdLease } from '../ledger/held-lease.js';
import { leaseHolder } from '../ledger/job-lease.js';
import type { JobLease } from '../ledger/job-term.js';
import { acquireLock } from '../ledger/lock.js';
import { LEASE_TIMES } from '../store/lease-term.js';
import type { OpenStore } from '../store/open-store.js';
import { leaseHost } from '../store/tables/leases.js';

export interface SoleRunOptions {
  readonly dataDir: string;
  /** For the lock of this data directory. */
  readonly folder: string;
  /** The database's name for people, when it is a server. */
  readonly server: string | undefined;
  readonly store: OpenStore;
  readonly accountId: number;
  readonly chatId: number;
  readonly host: string;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
}

/** The sole right to delete an account's messages in a chat. */
export interface SoleRun {
  /** Against other machines; undefined for a database that is a file. */
  readonly lease: JobLease | undefined;
  release(): Promise<void>;
}

/**
 * Takes it until it is released: two runs of one plan, or of two plans for one chat, would each take for another's doing what the
 * other deletes.
 * @throws UsageError JOB_RUNNING, ERASE_RUNNING
 */
export async function soleRun(options: SoleRunOptions): Promise<SoleRun> {
  const { folder, accountId, chatId, clock, host } = options;
  await makePrivateDirectory(folder);
  const lock = await acquireLock(join(folder, `${accountId}_${chatId}.lock`), clock, host);
  try {
    const lease = await leaseOf(options);
    return {
      lease,
      async release() {
        try {
          await lease?.release();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function leaseOf(options: SoleRunOptions): Promise<JobLease | undefined> {
  const { server, store, accountId, chatId, host, clock, log } = options;
  if (server === undefined) return undefined;
  const name = `erase ${accountId} ${chatId}`;
  const holder = await leaseHolder(options);
  const ledger = { db: store.db, path: server } as unknown as HeldLeaseOptions['ledger'];
  const lease = await holdLease({ ledger, lease: { name, holder, host }, times: LEASE_TIMES, clock, log });
  if (lease) return lease;
  const other = (await leaseHost(store.db, name)) ?? 'another machine';
  throw new UsageError(
    'ERASE_RUNNING',
    `Messages of this chat are being deleted on ${other}, or a run was cut off there less than ${Math.ceil(heldMs(LEASE_TIMES) / 1000)} seconds ago: wait until it ends, or stop it.`,
    { fields: { host: other } },
  );
}
