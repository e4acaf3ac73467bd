import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../base/clock.js';
import { UsageError } from '../../base/errors.js';
import type { OpenDatabase } from '../open-database.js';
import type { DatabaseOwner } from '../owner.js';
import { hasTable } from '../schema-change.js';
import { type LeaseTables, leaseHost, releaseLease, renewLease, takeLease } from '../tables/leases.js';
import type { MovePlace } from './move-place.js';
import type { AnyTables } from './pages.js';

/** That one process replaces what is in a target: a second one would delete what the first has written. */
export interface TargetLease {
  /** Within the transaction that ends the move. @throws UsageError JOB_TAKEN_OVER */
  keep(tx: Transaction<AnyTables>): Promise<void>;
  release(): Promise<void>;
}

const NAME = 'move-store';
const LEASE_MS = 60_000;
const RENEWAL_MS = 20_000;

/** @throws UsageError JOB_RUNNING when another process moves something into it */
export async function leaseTarget(
  { db, path }: OpenDatabase<AnyTables>,
  { holder, host, clock }: { readonly holder: string; readonly host: string; readonly clock: Clock },
): Promise<TargetLease> {
  const leases = (from: Kysely<AnyTables>) => from as unknown as Kysely<LeaseTables>;
  const lease = { name: NAME, holder, host };
  if (!(await takeLease(leases(db), lease, LEASE_MS))) {
    const other = (await leaseHost(leases(db), NAME)) ?? 'another machine';
    throw new UsageError(
      'JOB_RUNNING',
      `A telepi move-store on ${other} is copying into ${path}, or was cut off less than a minute ago: wait until it ends, or stop it.`,
      { fields: { host: other } },
    );
  }
  const stop = new AbortController();
  const renewing = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(RENEWAL_MS, stop.signal).catch(() => undefined);
      // The end of the move finds out whether it is still held.
      if (!stop.signal.aborted) await renewLease(leases(db), lease, LEASE_MS).catch(() => undefined);
    }
  })();
  return {
    async keep(tx) {
      if (await renewLease(leases(tx), lease, LEASE_MS)) return;
      throw new UsageError(
        'JOB_TAKEN_OVER',
        `Another telepi move-store has begun to copy into ${path}, because this one was silent for too long: let that one end.`,
      );
    },
    async release() {
      stop.abort();
      await renewing;
      // It expires by itself where the server is out of reach.
      await releaseLease(leases(db), lease).catch(() => undefined);
    },
  };
}

/** The machine on which a process other than `own` moves something into a place now; undefined when none does. */
export async function moverInto(
  place: MovePlace,
  owner: DatabaseOwner,
  own: string,
): Promise<string | undefined> {
  return place.look({ ...owner, takesHalfMoved: true, takesMovedAway: true }, async (db) => {
    const leases = db as unknown as Kysely<LeaseTables>;
    if (!(await hasTable(db as unknown as Kysely<unknown>, 'leases'))) return undefined;
    return leaseHost(leases, NAME, own);
  });
}
