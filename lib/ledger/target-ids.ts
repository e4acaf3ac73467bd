import { idInChat } from '../base/source-ids.js';
import { asOptionalNumber } from '../store/values.js';
import type { StoreOptions } from './store-options.js';

/** The highest target id, in the target as it is now or in the basic group that it used to be; 0 when there is none. */
export async function lastTargetId(
  { db, accountId, jobId }: StoreOptions,
  where: 'now' | 'former',
): Promise<number> {
  const newest: number[] = [];
  for (const table of ['ledger_messages', 'ledger_continuations'] as const) {
    const row = await db
      .selectFrom(table)
      .select((each) => each.fn.max('target_id').as('newest'))
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .where('target_id', where === 'now' ? '>' : '<', 0)
      .executeTakeFirst();
    newest.push(idInChat(asOptionalNumber(row?.newest) ?? 0));
  }
  return Math.max(...newest);
}
