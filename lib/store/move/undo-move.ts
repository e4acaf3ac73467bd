import type { Selectable, Transaction } from 'kysely';
import { awayOf, forgetMove, movedAway } from '../moves.js';
import type { DatabaseOwner } from '../owner.js';
import { transact } from '../repeatable.js';
import type { LeaseTables } from '../tables/leases.js';
import type { StoreMovesTable } from '../tables/store-moves-table.js';
import { type Mover, takeMark } from './away-mark.js';
import type { MovePlace } from './move-place.js';

export interface UndoOptions extends Mover {
  readonly owner: DatabaseOwner;
  /** Called first with the move by which the rows went; throws when it must not be undone. */
  onAway(away: Selectable<StoreMovesTable>): Promise<void>;
}

/**
 * Makes a database whose rows were moved away the one in use again. Returns whether there was anything to undo. A move that
 * is under way finds that its mark is gone, and ends nothing.
 * @throws UsageError STORE_MOVED when another move left it after `onAway` was called; JOB_RUNNING when a move ends just now
 */
export async function undoMove(place: MovePlace, { owner, onAway, ...mover }: UndoOptions): Promise<boolean> {
  const { db, close } = await place.open({ ...owner, takesMovedAway: true });
  try {
    const away = await awayOf(db);
    if (!away) return false;
    await onAway(away);
    await transact(db, async (tx) => {
      await takeMark(tx as unknown as Transaction<LeaseTables>, place.name, mover);
      const now = await awayOf(tx);
      if (now && now.move_id !== away.move_id) throw movedAway(place.name, now);
      await forgetMove(tx, 'away', away.move_id);
    });
    return true;
  } finally {
    await close();
  }
}
