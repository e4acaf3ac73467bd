import type { Transaction, Updateable } from 'kysely';
import type { LedgerTables, MessagesTable } from './schema.js';
import type { StoreOptions } from './store-options.js';

/** Losses in the form of their column; null when nobody knows them. */
export function columnOf(losses: readonly string[] | undefined): string | null {
  return losses ? [...new Set(losses)].sort().join(',') : null;
}

/** The losses in a column; undefined when nobody noted them. */
export function lossesIn(column: string | null | undefined): readonly string[] | undefined {
  return column?.split(',').filter((name) => name !== '');
}

/** Adds to what a copy that is there lacks, and changes other columns of its message. Returns what it lacked before. */
export async function addLosses(
  db: Transaction<LedgerTables>,
  { accountId, jobId, host }: StoreOptions,
  {
    sourceId,
    losses,
    values = {},
  }: {
    readonly sourceId: number;
    readonly losses: readonly string[];
    readonly values?: Pick<Updateable<MessagesTable>, 'owed' | 'sent_text' | 'repair'>;
  },
): Promise<readonly string[]> {
  const row = await db
    .selectFrom('ledger_messages')
    .select('losses')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  const before = lossesIn(row?.losses) ?? [];
  await db
    .updateTable('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .where('state', '=', 'sent')
    .set({ ...values, host })
    .$if(losses.length > 0, (query) => query.set({ losses: columnOf([...before, ...losses]) }))
    .execute();
  return before;
}
