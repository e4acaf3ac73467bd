import type { Kysely, Transaction } from 'kysely';
import { FailedError, UsageError } from '../../base/errors.js';
import { isHalfMoved, markHalfMoved } from '../migrate.js';
import { arrivingOf, forgetMove, movedAway, type NotedMove, noteArrival, noteMove } from '../moves.js';
import type { OpenDatabase } from '../open-database.js';
import { transact } from '../repeatable.js';
import { type LeaseTables, sweepWithin } from '../tables/leases.js';
import { timeText } from '../times.js';
import { leaseTarget, type TargetLease } from './lease-target.js';
import { holdMark, leavingSource } from './leave-source.js';
import type { MovePlace } from './move-place.js';
import { clearTables, copyTables, countOf, digestTables, type MoveWatch } from './move-tables.js';
import { lookAtSource, type OfferedSource, offerLeft } from './offer-source.js';
import type { AnyTables } from './pages.js';
import { refuseHolders } from './refuse-holders.js';
import type { TableDigest } from './row-values.js';
import { movedTables, type TableShape } from './table-shapes.js';

export interface MoveOptions extends OfferedSource {
  readonly target: MovePlace;
  /** Called when the target has rows of its own, which would be deleted; throws when they must stay. */
  onFilled(rows: number): Promise<void>;
  /** Called when what a move that was cut off has left in the target is about to be deleted. */
  onHalf(): void;
  /** Called when the rows are written, and are about to be compared. */
  onCopied(): void;
  /** Called when the move has failed, and the source is marked as left all the same: it is out of reach. */
  onStillMarked(): void;
  readonly watch: MoveWatch;
}

export interface MovedTable extends TableDigest {
  readonly table: string;
}

/**
 * Copies all rows of all tables from one database into another one, both at this version, and reads them all again: counts
 * and hashes must be the same. From the first row to the end of that, the target bears a mark by which everything else
 * refuses it, and the source bears one that says where its rows went. A move that was cut off anywhere starts over. The
 * source keeps its rows and, once they have arrived, its mark.
 *
 * Throws SAME_DATABASE when the two are one, STORE_MOVED when the source's rows went elsewhere before, STORE_CHANGED when
 * somebody has written into the source meanwhile, MOVE_UNDONE when somebody has taken it into use again, MOVE_FAILED when
 * the target has other rows than were written into it, and what the callbacks throw.
 */
export async function moveStore(options: MoveOptions): Promise<readonly MovedTable[]> {
  const { source, target, owner, refuseBusy, random, clock, host, onStillMarked } = options;
  const shapes = await movedTables(owner.migrations);
  const before = await lookAtSource(options);
  const into = await target.open({ ...owner, takesHalfMoved: true, takesMovedAway: true });
  try {
    const lease = await leaseTarget(into, options);
    try {
      await refuseBusy(into.db, target);
      await refuseSame(options, into);
      const id = before?.move_id ?? random.bytes(16).toString('hex');
      const half = await isHalfMoved(plain(into));
      // Only what this very move had left half done may be taken up.
      if (before && !(half && (await arrivingOf(into.db)) === id)) throw movedAway(source.name, before);
      if (before) await offerLeft(options, () => transact(into.db, (tx) => lease.keep(tx)));
      const move = { id, host, at: Math.floor(clock.now()) };
      const mark = await prepareTarget(options, into, {
        shapes,
        half,
        lease,
        move: { ...move, other: source.name },
      });
      const there = { ...move, other: target.name };
      let isStillMarked = false;
      const leaving = {
        ...options,
        onStillMarked() {
          isStillMarked = true;
          onStillMarked();
        },
      };
      const { moved, arrivals, held } = await leavingSource(leaving, there, async (arrivals) => ({
        moved: await copyAndCompare(options, { db: into.db, shapes, onBegin: () => mark.settle() }),
        arrivals,
        held: await holdMark(leaving, there),
      })).catch(async (error: unknown) => {
        // Where the source keeps its mark, the same move must find its own in the target.
        if (!isStillMarked) await mark.takeBack();
        throw error;
      });
      try {
        await transact(into.db, async (tx) => {
          await lease.keep(tx);
          await noteArrival(tx, { ...move, other: source.name }, arrivals);
          await markHalfMoved(tx as unknown as Transaction<unknown>, false);
        });
      } catch (error) {
        onStillMarked();
        throw error;
      } finally {
        await held.release();
      }
      return shapes.map(({ name }) => ({ table: name, ...digestOf(moved, name) }));
    } finally {
      await lease.release();
    }
  } finally {
    await into.close();
  }
}

/** The mark of a target into which rows are about to come. */
interface TargetMark {
  /** From now on its own rows are being deleted. */
  settle(): void;
  /** Takes the mark away, unless something of it may be deleted. */
  takeBack(): Promise<void>;
}

/** Marks the target; afterwards nobody begins to write into it, and whoever had begun before is seen. */
async function prepareTarget(
  { target, onHalf, onFilled, refuseBusy }: MoveOptions,
  into: OpenDatabase<AnyTables>,
  {
    shapes,
    half,
    lease,
    move,
  }: {
    readonly shapes: readonly TableShape[];
    readonly half: boolean;
    readonly lease: TargetLease;
    readonly move: NotedMove;
  },
): Promise<TargetMark> {
  if (half) onHalf();
  else {
    const rows = await rowsIn(into.db, shapes);
    if (rows > 0) await onFilled(rows);
  }
  let isWhole = !half;
  const mark = (isHalf: boolean) =>
    transact(into.db, async (tx) => {
      // While it was confirmed, another move may have begun: then the marks are that one's.
      await lease.keep(tx);
      // The holder of one that has expired must not renew it: its rows are about to be replaced.
      await sweepWithin(tx as unknown as Transaction<LeaseTables>);
      if (isHalf) await noteMove(tx, 'arriving', move);
      else await forgetMove(tx, 'arriving', move.id);
      await markHalfMoved(tx as unknown as Transaction<unknown>, isHalf);
    });
  const takeBack = async (): Promise<void> => {
    // Out of reach, it keeps the mark, and the next move into it starts over.
    if (isWhole) await mark(false).catch(() => undefined);
  };
  await mark(true);
  try {
    await refuseHolders(into.db, () => refuseBusy(into.db, target));
  } catch (error) {
    await takeBack();
    throw error;
  }
  return {
    settle() {
      isWhole = false;
    },
    takeBack,
  };
}

async function copyAndCompare(
  { source, target, owner, watch, onCopied, refuseBusy }: MoveOptions,
  {
    db,
    shapes,
    onBegin,
  }: {
    readonly db: Kysely<AnyTables>;
    readonly shapes: readonly TableShape[];
    readonly onBegin: () => void;
  },
): Promise<ReadonlyMap<string, TableDigest>> {
  const left = { ...owner, takesMovedAway: true };
  const read = await source.snapshot(left, async (from) => {
    await refuseBusy(from, source);
    onBegin();
    await clearTables(db, shapes, watch.signal);
    return copyTables(from, db, shapes, watch);
  });
  if (!read) throw new Error('the source has lost its tables');
  onCopied();
  const written = await digestTables(db, shapes, watch.signal);
  const other = firstOther(shapes, read, written);
  if (other !== undefined) {
    throw new FailedError(
      'MOVE_FAILED',
      `The table ${other} of ${target.name} doesn't hold what was copied into it from ${source.name}: run the same ` +
        'telepi move-store again, while nothing else uses that database.',
      { fields: { table: other } },
    );
  }
  if (source.staysStill) return read;
  const now = await source.snapshot(left, (from) => digestTables(from, shapes, watch.signal));
  const changed = now && firstOther(shapes, read, now);
  if (changed === undefined) return read;
  throw new FailedError(
    'STORE_CHANGED',
    `Somebody wrote into the table ${changed} of ${source.name} while it was being copied: stop whatever uses it, and run ` +
      'the same telepi move-store again.',
    { fields: { table: changed } },
  );
}

type Digests = ReadonlyMap<string, TableDigest>;

/** The first table with a different content. */
function firstOther(shapes: readonly TableShape[], one: Digests, other: Digests): string | undefined {
  const isOther = ({ name }: TableShape): boolean => {
    const [first, second] = [digestOf(one, name), digestOf(other, name)];
    return first.rows !== second.rows || first.hash !== second.hash;
  };
  return shapes.find(isOther)?.name;
}

function digestOf(digests: Digests, table: string): TableDigest {
  return digests.get(table) ?? { rows: 0, hash: '' };
}

/** How many rows all tables have together. */
export async function rowsIn(db: Kysely<AnyTables>, shapes: readonly TableShape[]): Promise<number> {
  let rows = 0;
  for (const { name } of shapes) rows += await countOf(db, name);
  return rows;
}

/** Two names may lead to one database: a row that is written into the target shows in it. */
async function refuseSame(
  { source, target, owner, random }: MoveOptions,
  into: OpenDatabase<AnyTables>,
): Promise<void> {
  const name = `move ${random.bytes(16).toString('hex')}`;
  const probe = { name, holder: '', host: '', expires_datetime: timeText(0) };
  const remove = () => into.db.deleteFrom('leases').where('name', '=', name).execute();
  await transact(into.db, async (tx) => {
    await tx.deleteFrom('leases').where('name', '=', name).execute();
    await tx.insertInto('leases').values(probe).execute();
  });
  try {
    const seen = await source.snapshot({ ...owner, takesHalfMoved: true, takesMovedAway: true }, (db) =>
      db.selectFrom('leases').select('name').where('name', '=', name).execute(),
    );
    if (!seen || seen.length === 0) return;
  } finally {
    await remove();
  }
  throw new UsageError(
    'SAME_DATABASE',
    `${source.name} and ${target.name} are the same database: nothing needs to be moved.`,
  );
}

function plain({ db }: OpenDatabase<AnyTables>): Kysely<unknown> {
  return db as unknown as Kysely<unknown>;
}
