import type { Kysely, Selectable, Transaction } from 'kysely';
import { FailedError } from '../../base/errors.js';
import { arrivalsOf, awayOf, forgetMove, movedAway, type NotedMove, noteMove } from '../moves.js';
import type { DatabaseOwner } from '../owner.js';
import { transact } from '../repeatable.js';
import { dropLease, type LeaseTables, leaseHost, sweepWithin, takeLease } from '../tables/leases.js';
import type { StoreMovesTable } from '../tables/store-moves-table.js';
import { type Mover, markIsHeld, markLease, takeMark } from './away-mark.js';
import type { MovePlace } from './move-place.js';
import type { AnyTables } from './pages.js';
import { refuseHolders } from './refuse-holders.js';

/** The side that is left, and how its users are looked for. */
export interface Leaving extends Mover {
  readonly source: MovePlace;
  readonly owner: DatabaseOwner;
  refuseBusy(db: Kysely<AnyTables>, place: MovePlace): Promise<void>;
  /** Called when the mark couldn't be taken away after the move had failed. */
  onStillMarked(): void;
}

/**
 * Marks the source as left while `work` copies it, so that nobody begins to write into it, and refuses (JOB_RUNNING) when
 * somebody had begun before, and (STORE_MOVED) when another move has left it meanwhile. When `work` fails the mark is taken
 * away. When it succeeds, and when the process dies in between, the mark stays: then both sides refuse to be used, until
 * the same move is made again.
 */
export async function leavingSource<T>(
  options: Leaving,
  move: NotedMove,
  work: (before: readonly Selectable<StoreMovesTable>[]) => Promise<T>,
): Promise<T> {
  try {
    const before = await marked(options, move);
    return await work(before);
  } catch (error) {
    await unmark(options, move).catch(() => options.onStillMarked());
    throw error;
  }
}

/** That nobody can take the source's mark away. */
export interface HeldMark {
  /** May be called more than once. */
  release(): Promise<void>;
}

/** Long enough for the one transaction that ends a move. */
const HELD_MS = 60_000;

/**
 * Keeps the source's mark where it is until the target has lost its own: otherwise both might be in use.
 * @throws FailedError MOVE_UNDONE when the mark is gone, and STORE_MOVED when it is another move's
 */
export async function holdMark({ source, owner, ...mover }: Leaving, { id }: NotedMove): Promise<HeldMark> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  const leases = db as unknown as Kysely<LeaseTables>;
  const lease = markLease(mover);
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    // Where the server is out of reach, it expires by itself.
    released ??= dropLease(leases, lease)
      .catch(() => undefined)
      .then(close);
    return released;
  };
  try {
    // Taken first, and then the mark is read: whoever takes the mark away does so by the same right.
    if (!(await takeLease(leases, lease, HELD_MS)))
      throw markIsHeld(source.name, await leaseHost(leases, lease.name));
    const away = await awayOf(db);
    if (away?.move_id === id) return { release };
    throw away ? movedAway(source.name, away) : undone(source);
  } catch (error) {
    await release();
    throw error;
  }
}

async function marked(
  { source, owner, refuseBusy, ...mover }: Leaving,
  move: NotedMove,
): Promise<readonly Selectable<StoreMovesTable>[]> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  try {
    await transact(db, async (tx) => {
      const leases = tx as unknown as Transaction<LeaseTables>;
      // Whoever held one of them, and continues after all, finds at its next write that it is gone.
      await sweepWithin(leases);
      await takeMark(leases, source.name, mover);
      // Another move may have left it while this one was confirmed.
      const away = await awayOf(tx);
      if (away && away.move_id !== move.id) throw movedAway(source.name, away);
      await noteMove(tx, 'away', move);
    });
    await refuseHolders(db, () => refuseBusy(db, source));
    return await arrivalsOf(db);
  } finally {
    await close();
  }
}

async function unmark({ source, owner }: Leaving, { id }: NotedMove): Promise<void> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  try {
    await transact(db, (tx) => forgetMove(tx, 'away', id));
  } finally {
    await close();
  }
}

function undone({ name }: MovePlace): FailedError {
  return new FailedError(
    'MOVE_UNDONE',
    `Somebody took ${name} into use again (telepi move-store --undo) while it was being copied: it stays in use, and nothing is moved; run the same telepi move-store again to move it after all.`,
  );
}
