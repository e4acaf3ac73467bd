import { basename, dirname, isAbsolute } from 'node:path';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import { isHalfMoved } from './migrate.js';
import { type DatabaseOwner, halfMoved } from './owner.js';
import { hasTable } from './schema-change.js';
import type { StoreTables } from './tables/schema.js';
import type { StoreMovesTable } from './tables/store-moves-table.js';
import { timeText } from './times.js';

type MoveTables = Pick<StoreTables, 'store_moves'>;

/** A move of a whole database, as one of its sides has noted it. */
export interface NotedMove {
  /** 32 hex digits, random: the same on both sides. */
  readonly id: string;
  /** What people call the other side. */
  readonly other: string;
  /** The machine that made it. */
  readonly host: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Refuses (STORE_MOVED) a database whose rows were moved into another one: what was written into it now would be known to
 * nobody, and a run would send again what has been sent by the other one. Reads nothing else.
 */
export async function refuseMovedAway<Tables>(
  db: Kysely<Tables>,
  { takesMovedAway = false }: Pick<DatabaseOwner, 'takesMovedAway'>,
  path: string,
): Promise<void> {
  if (takesMovedAway) return;
  const away = await awayOf(db);
  if (away) throw movedAway(path, away);
}

/** Refuses a database that must not be written any more: STORE_MOVED, and STORE_HALF_MOVED for one that is being replaced. */
export async function refuseLeft<Tables>(db: Kysely<Tables>, path: string): Promise<void> {
  await refuseMovedAway(db, {}, path);
  if (await isHalfMoved(db as unknown as Kysely<unknown>)) throw halfMoved(path);
}

export function movedAway(
  path: string,
  { other, host, moved_datetime }: Selectable<StoreMovesTable>,
): UsageError {
  return new UsageError(
    'STORE_MOVED',
    `${path.charAt(0).toUpperCase()}${path.slice(1)} was moved to ${other} (telepi move-store on ${host}, ${moved_datetime.slice(0, 16)} UTC): use that one, ` +
      `${howUsed(other)}, or take this one into use again with telepi move-store --undo --from ${isAbsolute(path) ? path : 'DATABASE_URL'}.`,
    { fields: { path, movedTo: other, host } },
  );
}

/** How a database is the one in use, as the end of a sentence. */
export function howUsed(name: string): string {
  if (!isAbsolute(name)) return 'by DATABASE_URL';
  const folder =
    basename(name) === 'ledger.db'
      ? `--data-dir ${dirname(name)}`
      : '--data-dir, once it is the ledger.db of a folder';
  return `without DATABASE_URL, by ${folder}`;
}

/** Where the rows went; undefined for a database that is in use. */
export async function awayOf<Tables>(db: Kysely<Tables>): Promise<Selectable<StoreMovesTable> | undefined> {
  if (!(await hasTable(db as unknown as Kysely<unknown>, 'store_moves'))) return undefined;
  return moves(db).selectFrom('store_moves').selectAll().where('state', '=', 'away').executeTakeFirst();
}

/** The move that a half-moved database waits for. */
export async function arrivingOf<Tables>(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await moves(db)
    .selectFrom('store_moves')
    .select('move_id')
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return row?.move_id;
}

/** The moves by which its rows have come, of which some may have been made between other databases. */
export async function arrivalsOf<Tables>(
  db: Kysely<Tables>,
): Promise<readonly Selectable<StoreMovesTable>[]> {
  return moves(db)
    .selectFrom('store_moves')
    .selectAll()
    .where('state', '=', 'arrived')
    .orderBy('move_id')
    .execute();
}

/** Notes a move; `away` and `arriving` are of one move at most. Twice is as good as once. */
export async function noteMove<Tables>(
  tx: Transaction<Tables>,
  state: 'away' | 'arriving',
  { id, other, host, at }: NotedMove,
): Promise<void> {
  const row = { move_id: id, state, other, host, moved_datetime: timeText(at) };
  await moves(tx)
    .deleteFrom('store_moves')
    .where((each) => each.or([each('state', '=', state), each('move_id', '=', id)]))
    .execute();
  await moves(tx).insertInto('store_moves').values(row).execute();
}

/** Takes back that the rows went, or that they come, by this move; what another one has noted stays. */
export async function forgetMove<Tables>(
  tx: Transaction<Tables>,
  state: 'away' | 'arriving',
  id: string,
): Promise<void> {
  await moves(tx).deleteFrom('store_moves').where('state', '=', state).where('move_id', '=', id).execute();
}

/** Notes that the rows are here now, with the moves by which they had come to where they were. */
export async function noteArrival<Tables>(
  tx: Transaction<Tables>,
  { id, other, host, at }: NotedMove,
  before: readonly Selectable<StoreMovesTable>[],
): Promise<void> {
  const arrived = { move_id: id, state: 'arrived' as const, other, host, moved_datetime: timeText(at) };
  await moves(tx).deleteFrom('store_moves').execute();
  for (const row of [...before, arrived]) await moves(tx).insertInto('store_moves').values(row).execute();
}

function moves<Tables>(db: Kysely<Tables>): Kysely<MoveTables> {
  return db as unknown as Kysely<MoveTables>;
}
