import { systemClock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { refuseBusy } from '../../lib/ledger/refuse-busy.js';
import type { MovePlace } from '../../lib/store/move/move-place.js';
import { type MoveOptions, moveStore } from '../../lib/store/move/move-store.js';
import { undoMove } from '../../lib/store/move/undo-move.js';

/** A move in this process, which nobody is asked about. */
export function moving(
  source: MovePlace,
  target: MovePlace,
  { isFilled = false, ...more }: Partial<MoveOptions> & { readonly isFilled?: boolean } = {},
): () => ReturnType<typeof moveStore> {
  return async () => {
    // A row for onFilled to be asked about.
    if (isFilled) await addRow(target);
    return moveStore({
      source,
      target,
      owner: DATABASE_OWNER,
      refuseBusy: (db, { name }) =>
        refuseBusy(db, { name, dataDir: '/nowhere', isFile: false, own: 'mover' }),
      onSource: async () => undefined,
      onFilled: async () => undefined,
      onHalf: () => undefined,
      onCopied: () => undefined,
      onStillMarked: () => undefined,
      watch: { signal: new AbortController().signal, onRows: () => undefined },
      random: systemRandom,
      clock: systemClock,
      host: 'here',
      holder: 'mover',
      ...more,
    });
  };
}

/** Takes a place into use again, which nobody is asked about. */
export function undone(place: MovePlace, holder = 'mover'): Promise<boolean> {
  return undoMove(place, { owner: DATABASE_OWNER, host: 'here', holder, onAway: async () => undefined });
}

export const code = (wanted: string) => (error: { readonly code?: string }) => error.code === wanted;

async function addRow(place: MovePlace): Promise<void> {
  const { db, close } = await place.open(DATABASE_OWNER);
  const key = { name: 'asked', value: 1n };
  await db.deleteFrom('sequences').where('name', '=', key.name).execute();
  await db.insertInto('sequences').values(key).execute();
  await close();
}
