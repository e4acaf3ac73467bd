import { awayOf, forgetMove } from '../moves.js';
import type { DatabaseOwner } from '../owner.js';
import { transact } from '../repeatable.js';
import type { MovePlace } from './move-place.js';

/**
 * Makes a database whose rows were moved away the one in use again. `onAway` is called first with where they went and
 * when, and throws when that must not be. Returns whether there was anything to undo.
 */
export async function undoMove(
  place: MovePlace,
  owner: DatabaseOwner,
  onAway: (other: string, time: string) => Promise<void>,
): Promise<boolean> {
  const { db, close } = await place.open({ ...owner, takesMovedAway: true });
  try {
    const away = await awayOf(db);
    if (!away) return false;
    await onAway(away.other, `${away.moved_datetime.slice(0, 16)} UTC`);
    await transact(db, (tx) => forgetMove(tx, 'away'));
    return true;
  } finally {
    await close();
  }
}
