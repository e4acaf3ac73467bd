import type { Kysely, Selectable, Transaction } from 'kysely';
import { arrivalsOf, forgetMove, type NotedMove, noteMove } from '../moves.js';
import type { DatabaseOwner } from '../owner.js';
import { transact } from '../repeatable.js';
import { type LeaseTables, sweepWithin } from '../tables/leases.js';
import type { StoreMovesTable } from '../tables/schema.js';
import type { MovePlace } from './move-place.js';
import type { AnyTables } from './pages.js';

/** The side that is left, and how its users are looked for. */
export interface Leaving {
  readonly source: MovePlace;
  readonly owner: DatabaseOwner;
  refuseBusy(db: Kysely<AnyTables>, place: MovePlace): Promise<void>;
  /** Called when the mark couldn't be taken away after the move had failed. */
  onStillMarked(): void;
}

/**
 * Marks the source as left while `work` copies it, so that nobody begins to write into it, and refuses (JOB_RUNNING) when
 * somebody had begun before. When `work` fails the mark is taken away. When it succeeds, and when the process dies in
 * between, the mark stays: then both sides refuse to be used, until the same move is made again.
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
    await unmark(options).catch(() => options.onStillMarked());
    throw error;
  }
}

async function marked(
  { source, owner, refuseBusy }: Leaving,
  move: NotedMove,
): Promise<readonly Selectable<StoreMovesTable>[]> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  try {
    await transact(db, async (tx) => {
      await noteMove(tx, 'away', move);
      // Whoever held one of them, and continues after all, finds at its next write that it is gone.
      await sweepWithin(tx as unknown as Transaction<LeaseTables>);
    });
    await refuseBusy(db, source);
    return await arrivalsOf(db);
  } finally {
    await close();
  }
}

async function unmark({ source, owner }: Leaving): Promise<void> {
  const { db, close } = await source.open({ ...owner, takesMovedAway: true });
  try {
    await transact(db, (tx) => forgetMove(tx, 'away'));
  } finally {
    await close();
  }
}
