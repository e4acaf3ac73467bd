import type { Transaction } from 'kysely';
import { asNumber } from '../store/values.js';
import { FOUND } from './claim-store.js';
import type { SentMessage } from './message-changes.js';
import type { LedgerTables } from './schema.js';
import type { StoreOptions } from './store-options.js';

/** Its copy turned out to belong to another message. */
const COPY_MISTAKEN = 'copy_mistaken';

/**
 * Telegram's answer has named these copies. A message of any job with this target for which one of them had been found
 * fails, so that it is looked for again and sent if it isn't there. Returns the source ids of such messages of this
 * job.
 */
export async function giveUpMistaken(
  db: Transaction<LedgerTables>,
  options: StoreOptions,
  messages: readonly Pick<SentMessage, 'sourceId' | 'targetId' | 'items'>[],
): Promise<number[]> {
  const { accountId, jobId, host } = options;
  const owners = new Map(
    messages.flatMap(({ sourceId, targetId, items = [] }) =>
      [targetId, ...items].map((id) => [id, sourceId] as const),
    ),
  );
  const rows = await db
    .selectFrom('ledger_messages')
    .innerJoin('ledger_jobs', (join) =>
      join
        .onRef('ledger_jobs.account_id', '=', 'ledger_messages.account_id')
        .onRef('ledger_jobs.job_id', '=', 'ledger_messages.job_id'),
    )
    .innerJoin('ledger_jobs as own', (join) =>
      join
        .onRef('own.account_id', '=', 'ledger_jobs.account_id')
        .onRef('own.target_id', '=', 'ledger_jobs.target_id')
        .on('own.job_id', '=', jobId),
    )
    .select(['ledger_messages.job_id', 'ledger_messages.source_id', 'ledger_messages.target_id'])
    .where('ledger_messages.account_id', '=', accountId)
    .where('ledger_messages.target_id', 'in', [...owners.keys()])
    .where('ledger_messages.reason', '=', FOUND)
    .execute();
  const others = rows.filter(
    (row) => row.job_id !== jobId || owners.get(Number(row.target_id)) !== asNumber(row.source_id),
  );
  for (const { job_id, source_id, target_id } of others) {
    await db
      .updateTable('ledger_messages')
      .where('account_id', '=', accountId)
      .where('job_id', '=', job_id)
      .where('source_id', '=', source_id)
      .set({ state: 'failed', reason: COPY_MISTAKEN, target_id: null, host })
      .set({
        detail: `Message ${target_id} of the target was taken for its copy but belongs to another message: run with --retry-failed.`,
      })
      .execute();
  }
  return others.flatMap((row) => (row.job_id === jobId ? [asNumber(row.source_id)] : []));
}
