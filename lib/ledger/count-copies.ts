import type { Kysely } from 'kysely';
import { hasColumn } from '../store/schema-change.js';
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
  const has = (column: string): Promise<boolean> =>
    hasColumn(db as unknown as Kysely<unknown>, 'ledger_messages', column);
  const copies = db
    .selectFrom('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'sent')
    .select((row) => row.fn.countAll().as('count'));
  const byWay = (await has('way'))
    ? await copies.select('way').groupBy('way').execute()
    : (await copies.execute()).map(({ count }) => ({ count, way: null }));
  const ways = byWay
    .map(({ way, count }) => [way ?? 'unknown', asNumber(count)] as const)
    .filter(([, count]) => count > 0);
  const reduced = (await has('losses')) ? await copies.where('losses', '!=', '').execute() : [];
  return {
    ways: Object.fromEntries(ways.sort(([one], [other]) => one.localeCompare(other))),
    reduced: reduced.reduce((sum, { count }) => sum + asNumber(count), 0),
  };
}
