import type { Kysely, Selectable } from 'kysely';
import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { awayOf } from '../moves.js';
import type { DatabaseOwner } from '../owner.js';
import type { StoreMovesTable } from '../tables/store-moves-table.js';
import { WriterLease } from '../tables/writer-lease.js';
import type { Mover } from './away-mark.js';
import type { MovePlace } from './move-place.js';
import type { AnyTables } from './pages.js';

/** What is moved, and who may still write into it. */
export interface OfferedSource extends Mover {
  readonly source: MovePlace;
  readonly owner: DatabaseOwner;
  /** Throws when somebody works with a database; the leases of `holder` don't count. */
  refuseBusy(db: Kysely<AnyTables>, place: MovePlace): Promise<void>;
  /**
   * Called with the source once it may be moved, before anything is looked for in the target; it may still be written by who calls
   * `keep` before each transaction, which throws once another move may have begun.
   */
  onSource(db: Kysely<AnyTables>, keep: () => Promise<void>): Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Where the source's rows went before, if they did. Otherwise it is in use, and whoever may write into it now holds a lease, by which a
 * rival on another machine sees that nothing may be moved yet.
 */
export async function lookAtSource(options: OfferedSource): Promise<Selectable<StoreMovesTable> | undefined> {
  const { source, owner, refuseBusy, onSource, host, clock, random } = options;
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  try {
    await refuseBusy(db, source);
    const away = await awayOf(db);
    if (away) return away;
    const lease = new WriterLease({ path: source.name, host, clock, random });
    try {
      await lease.begin(db);
      await onSource(db, () => lease.keep());
    } finally {
      await lease.release();
    }
    return undefined;
  } finally {
    await close();
  }
}

/** Offers a source that a move has left, and that the same move leaves again; `keep` says that it is still this one which does. */
export async function offerLeft(
  { source, owner, onSource }: OfferedSource,
  keep: () => Promise<void>,
): Promise<void> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  await onSource(db, keep).finally(close);
}
