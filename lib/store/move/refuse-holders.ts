import type { Kysely } from 'kysely';
import { type LeaseTables, sweepLeases } from '../tables/leases.js';
import type { AnyTables } from './pages.js';

/**
 * For a database that is marked, whose expired leases went with that: throws what `refuse` throws when somebody holds one.
 * A lease that expires in between was neither removed nor seen, and its holder might renew it: so the leases that have expired
 * are removed once more, and one that was renewed before that is seen by the second look.
 */
export async function refuseHolders(db: Kysely<AnyTables>, refuse: () => Promise<void>): Promise<void> {
  await refuse();
  await sweepLeases(db as unknown as Kysely<LeaseTables>);
  await refuse();
}
