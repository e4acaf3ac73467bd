import type { Kysely } from 'kysely';
import { FailedError, UsageError } from '../../base/errors.js';
import type { Random } from '../../base/random.js';
import { isHalfMoved, markHalfMoved } from '../migrate.js';
import type { OpenDatabase } from '../open-database.js';
import type { DatabaseOwner } from '../owner.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import type { MovePlace } from './move-place.js';
import { clearTables, copyTables, countOf, digestTables, type MoveWatch } from './move-tables.js';
import type { AnyTables } from './pages.js';
import type { TableDigest } from './row-values.js';
import { type TableShape, tableShapes } from './table-shapes.js';

export interface MoveOptions {
  readonly source: MovePlace;
  readonly target: MovePlace;
  readonly owner: DatabaseOwner;
  /** Throws when somebody works with a database. */
  refuseBusy(db: Kysely<AnyTables>, place: MovePlace): Promise<void>;
  /** Called when the target has rows of its own, which would be deleted; throws when they must stay. */
  onFilled(rows: number): Promise<void>;
  /** Called when what a move that was cut off has left in the target is about to be deleted. */
  onHalf(): void;
  /** Called when the rows are written, and are about to be compared. */
  onCopied(): void;
  readonly watch: MoveWatch;
  readonly random: Random;
}

export interface MovedTable extends TableDigest {
  readonly table: string;
}

/**
 * Copies all rows of all tables from one database into another one, both at this version, and reads them all again: counts
 * and hashes must be the same. From the first row to the end of that, the target bears a mark by which everything else
 * refuses it; a move that was cut off anywhere starts over. The source keeps its rows.
 *
 * Throws SAME_DATABASE when the two are one, STORE_CHANGED when somebody has written into the source meanwhile,
 * MOVE_FAILED when the target has other rows than were written into it, and what the callbacks throw.
 */
export async function moveStore(options: MoveOptions): Promise<readonly MovedTable[]> {
  const { source, target, owner, onFilled, onHalf, refuseBusy } = options;
  const shapes = await tableShapes(owner.migrations);
  const from = await source.open(owner);
  await refuseBusy(from.db, source).finally(() => from.close());
  const into = await target.open({ ...owner, takesHalfMoved: true });
  try {
    await refuseBusy(into.db, target);
    await refuseSame(options, into);
    if (await isHalfMoved(plain(into))) onHalf();
    else {
      const rows = await rowsIn(into.db, shapes);
      if (rows > 0) await onFilled(rows);
      await markHalfMoved(plain(into), true);
    }
    const moved = await copyAndCompare(options, into.db, shapes);
    await markHalfMoved(plain(into), false);
    return shapes.map(({ name }) => ({ table: name, ...digestOf(moved, name) }));
  } finally {
    await into.close();
  }
}

async function copyAndCompare(
  { source, target, owner, watch, onCopied }: MoveOptions,
  db: Kysely<AnyTables>,
  shapes: readonly TableShape[],
): Promise<ReadonlyMap<string, TableDigest>> {
  const read = await source.snapshot(owner, async (from) => {
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
  const now = await source.snapshot(owner, (from) => digestTables(from, shapes, watch.signal));
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
    const seen = await source.snapshot({ ...owner, takesHalfMoved: true }, (db) =>
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
