import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { MovePlace } from '../../lib/store/move/move-place.js';
import { contentOf, fillTables } from './fill-tables.js';

/** Gives every table of a place that many rows, with odd values in them. */
export async function filled(place: MovePlace, rows: number): Promise<void> {
  const { db, close } = await place.open(DATABASE_OWNER);
  await fillTables(db, rows, 'move');
  await close();
}

/** All rows of all tables of a place, in a form that is the same for every database; also of one that was left. */
export async function contentAt(place: MovePlace) {
  const { db, close } = await place.open({ ...DATABASE_OWNER, takesMovedAway: true });
  try {
    return await contentOf(db);
  } finally {
    await close();
  }
}
