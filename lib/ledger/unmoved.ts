import type { Kysely, Selectable } from 'kysely';
import { UsageError } from '../base/errors.js';
import { isHalfMoved } from '../store/migrate.js';
import { arrivalsOf, awayOf } from '../store/moves.js';
import type { DatabaseOwner } from '../store/owner.js';
import { readSqlite } from '../store/read-sqlite.js';
import { hasTable } from '../store/schema-change.js';
import type { StoreMovesTable } from '../store/tables/store-moves-table.js';
import { asNumber } from '../store/values.js';
import type { LedgerTables } from './schema.js';

/**
 * Refuses (STORE_NOT_MOVED) a database on a server while the data directory's own file has rows that were not moved there: what
 * the file knows of would begin again on the server, and be sent twice. Nothing else is said of a file whose rows have come to
 * the server, over other databases or not: its mark shows that nothing was added since. `server` without `db`: it has no tables
 * yet.
 */
export async function refuseUnmoved(
  { path, owner }: { readonly path: string; readonly owner: DatabaseOwner },
  server: { readonly path: string; readonly db?: Kysely<LedgerTables> },
): Promise<void> {
  const every = { ...owner, takesMovedAway: true, takesHalfMoved: true };
  const local = await readSqlite<LedgerTables, Local>(
    { path, owner: every, purpose: 'look-before-writing' },
    (db) => localRows(db, owner),
  );
  if (!local || local.filled.length === 0) return;
  const { away, jobs, filled } = local;
  if (away) {
    const arrived = server.db ? await arrivalsOf(server.db) : [];
    if (arrived.some(({ move_id }) => move_id === away.move_id)) return;
  }
  const rows = rowsInWords(local);
  throw new UsageError(
    'STORE_NOT_MOVED',
    away
      ? `What ${path} held was moved to ${away.other}, and not to ${server.path}: correct DATABASE_URL, or move the file away if nothing in it is needed.`
      : `${path} holds ${rows} that ${server.path} lacks: copy everything with telepi move-store, leave DATABASE_URL out, or move the file away if nothing in it is needed.`,
    { fields: { path, database: server.path, jobs, tables: filled } },
  );
}

function rowsInWords({ jobs, filled: [first = '', ...others] }: Local): string {
  if (jobs > 0) return jobs === 1 ? 'a job' : `${jobs} jobs`;
  return others.length === 0 ? `rows of ${first}` : `rows of ${first} and other tables`;
}

interface Local {
  readonly jobs: number;
  /** The tables that have rows. */
  readonly filled: readonly string[];
  readonly away?: Selectable<StoreMovesTable>;
}

/** Tables that say nothing of what was done. */
const PASSING: ReadonlySet<string> = new Set([
  'account_pace',
  'leases',
  'store_moves',
  'sequences',
  'workers',
  'worker_jobs',
]);

/** Of a file of any version; a part that a move has left in it was written by that move. */
async function localRows(db: Kysely<LedgerTables>, { serverTables }: DatabaseOwner): Promise<Local> {
  const plain = db as unknown as Kysely<unknown>;
  const filled: string[] = [];
  if (await isHalfMoved(plain)) return { jobs: 0, filled };
  for (const table of serverTables) {
    if (PASSING.has(table) || !(await hasTable(plain, table))) continue;
    const row = await (plain as Kysely<Record<string, { one: number }>>)
      .selectFrom(table)
      .select((each) => each.lit(1).as('one'))
      .limit(1)
      .executeTakeFirst();
    if (row) filled.push(table);
  }
  const jobs = filled.some((table) => table === 'ledger_jobs' || table === 'jobs') ? await countJobs(db) : 0;
  const away = await awayOf(db);
  return { jobs, filled, ...(away && { away }) };
}

async function countJobs(db: Kysely<LedgerTables>): Promise<number> {
  const { jobs } = await db
    .selectFrom('ledger_jobs')
    .select((row) => row.fn.countAll<string>().as('jobs'))
    .executeTakeFirstOrThrow();
  return asNumber(jobs);
}
