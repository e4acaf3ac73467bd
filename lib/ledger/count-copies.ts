import { type Kysely, sql } from 'kysely';
import { asNumber } from '../store/values.js';
import type { JobRow } from './job-store.js';
import type { LedgerTables } from './schema.js';

/** What the ledger says about the copies of a job. */
export interface CopyCounts {
  /** How they were sent, by way; `unknown`: by an older version that didn't note it. Their sum is that of the copies. */
  readonly ways: Readonly<Record<string, number>>;
  /** How many of them lack something of their originals. */
  readonly reduced: number;
}

/** Counts the copies that are in the target. The ledger may be one of an older version that is only read. */
export async function countCopies(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: Pick<JobRow, 'accountId' | 'jobId'>,
): Promise<CopyCounts> {
  const tables = await db.introspection.getTables();
  const columns = tables.find(({ name }) => name === 'messages')?.columns.map(({ name }) => name) ?? [];
  const way = columns.includes('way') ? sql.ref<string | null>('way') : sql<null>`null`;
  const isReduced = columns.includes('losses') ? sql`losses <> ''` : sql`1 = 0`;
  const rows = await db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'sent')
    .select((row) => [
      way.as('how'),
      row.fn.countAll().as('count'),
      sql<number>`sum(case when ${isReduced} then 1 else 0 end)`.as('reduced'),
    ])
    .groupBy('how')
    .execute();
  const ways = rows.map(({ how, count }) => [how ?? 'unknown', asNumber(count)] as const);
  return {
    ways: Object.fromEntries(ways.sort(([one], [other]) => one.localeCompare(other))),
    reduced: rows.reduce((sum, { reduced }) => sum + asNumber(reduced), 0),
  };
}
