import type { Kysely } from 'kysely';
import { asNumber, timeNow } from '../store/values.js';
import type { LedgerTables } from './schema.js';
import type { StoreOptions } from './store-options.js';

/** The kinds of actions on a job that are noted. */
export type ActionKind =
  | 'created'
  | 'taken_up'
  | 'restarted'
  | 'lock_taken_over'
  | 'run_started'
  | 'run_ended'
  | 'checkpoint_back'
  | 'checkpoint_forward'
  | 'checkpoint_restored'
  | 'topics_edited'
  | 'topics_restored'
  | 'source_upgraded'
  | 'target_upgraded';

export type ActionFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Notes an action with its time, host and process, in the transaction that makes the change. */
export async function noteAction(
  db: Kysely<LedgerTables>,
  { accountId, jobId, host, clock }: Omit<StoreOptions, 'db'>,
  kind: ActionKind,
  fields: ActionFields = {},
): Promise<void> {
  const { last } = await db
    .selectFrom('ledger_actions')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .select((row) => row.fn.max('seq').as('last'))
    .executeTakeFirstOrThrow();
  await db
    .insertInto('ledger_actions')
    .values({
      account_id: accountId,
      job_id: jobId,
      seq: last === null ? 1 : asNumber(last) + 1,
      at: timeNow(clock),
      host,
      pid: process.pid,
      kind,
      detail: JSON.stringify(fields),
    })
    .execute();
}
