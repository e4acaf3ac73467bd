import type { Transaction } from 'kysely';
import type { SentContent } from '../base/fingerprint.js';
import { asBigInt, asNumber, DamagedValue, timeNow } from '../store/values.js';
import type { LedgerTables } from './schema.js';
import type { StoreOptions } from './store-options.js';

/** A further message of a copy that is an album of its own, sent by the same call. */
export interface AlbumItem {
  readonly randomId: bigint;
  readonly content: SentContent;
}

/** Notes the further messages of copies whose sends begin. Those of earlier attempts are gone by now. */
export async function noteItems(
  db: Transaction<LedgerTables>,
  { accountId, jobId, host }: StoreOptions,
  sourceIds: readonly number[],
  items: ReadonlyMap<number, readonly AlbumItem[]> = new Map(),
): Promise<void> {
  const rows = sourceIds.flatMap((sourceId) =>
    (items.get(sourceId) ?? []).map(({ randomId, content }, index) => ({
      account_id: accountId,
      job_id: jobId,
      source_id: sourceId,
      part: partOf(index),
      state: 'planned' as const,
      random_id: randomId,
      sent_text: JSON.stringify(content),
      text_hash: content.textHash,
      host,
    })),
  );
  if (rows.length > 0) await db.insertInto('ledger_continuations').values(rows).execute();
}

/** Records the messages of the target that they became, in order. */
export async function itemsSent(
  db: Transaction<LedgerTables>,
  { accountId, jobId, host, clock }: StoreOptions,
  sourceId: number,
  targetIds: readonly number[],
): Promise<void> {
  for (const [index, targetId] of targetIds.entries()) {
    await db
      .updateTable('ledger_continuations')
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .where('source_id', '=', sourceId)
      .where('part', '=', partOf(index))
      .set({ state: 'sent', target_id: targetId, sent_text: null, settled_at: timeNow(clock), host })
      .execute();
  }
}

/** The further messages of copies that are in doubt, by job and source id. */
export async function itemsInDoubt(
  db: Pick<Transaction<LedgerTables>, 'selectFrom'>,
  { accountId }: Pick<StoreOptions, 'accountId'>,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, readonly AlbumItem[]>> {
  const rows = await db
    .selectFrom('ledger_continuations')
    .select(['job_id', 'source_id', 'random_id', 'sent_text'])
    .where('account_id', '=', accountId)
    .where('job_id', 'in', jobIds)
    .where('part', '<', 0)
    .where('target_id', 'is', null)
    .orderBy('part', 'desc')
    .execute();
  const items = new Map<string, AlbumItem[]>();
  for (const row of rows) {
    const key = itemsKey(row.job_id, asNumber(row.source_id));
    const item = { randomId: asBigInt(row.random_id), content: contentOf(row.sent_text) };
    items.set(key, [...(items.get(key) ?? []), item]);
  }
  return items;
}

export function itemsKey(jobId: string, sourceId: number): string {
  return `${jobId} ${sourceId}`;
}

/** -1, -2, …: texts that continue a copy count upwards. */
function partOf(index: number): number {
  return -1 - index;
}

function contentOf(noted: string | null): SentContent {
  if (noted === null) throw new DamagedValue('A message of an album has no note of what it looks like.');
  return JSON.parse(noted) as SentContent;
}
