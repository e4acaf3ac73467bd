import type { Kysely, Transaction } from 'kysely';
import { asTime, timeText } from '../times.js';
import { asNumber, asOptionalNumber } from '../values.js';
import { ERASE_STATES, type EraseState } from './erase-batches-table.js';
import type { StoreTables } from './schema.js';
import { knownWord } from './words.js';
import type { ChatKey, Writer } from './writer.js';

type EraseTables = Pick<StoreTables, 'erase_batches'>;
type Runs = readonly (readonly [first: number, last: number])[];

/** Messages of one chat that one call deletes. */
export interface EraseBatch extends ChatKey {
  /** SHA-256, in hex, of the plan. */
  readonly planHash: string;
  /** 1, 2, 3, … of the plan. */
  readonly batch: number;
  /** Runs of ids, each from its first to its last. */
  readonly ids: Runs;
}

/** A batch as it was noted. */
export interface NotedBatch extends EraseBatch {
  readonly state: EraseState;
  /** How many messages Telegram's answer has counted, if one was seen. */
  readonly affected?: number;
  /** Which of them were there afterwards; none while the batch is only begun. */
  readonly left: Runs;
  readonly host: string;
  /** In milliseconds since the epoch. */
  readonly begunAt: number;
}

/** The batches of a plan, in their order. */
export async function eraseBatchesOf(
  db: Kysely<EraseTables>,
  accountId: number,
  planHash: string,
): Promise<NotedBatch[]> {
  const rows = await db
    .selectFrom('erase_batches')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('plan_hash', '=', planHash)
    .orderBy('batch')
    .execute();
  return rows.map((row) => {
    const affected = asOptionalNumber(row.affected);
    return {
      accountId,
      planHash,
      batch: asNumber(row.batch),
      chatId: asNumber(row.chat_id),
      ids: JSON.parse(row.ids) as Runs,
      state: knownWord(ERASE_STATES, row.state),
      ...(affected !== undefined && { affected }),
      left: row.left_ids === null ? [] : (JSON.parse(row.left_ids) as Runs),
      host: row.host,
      begunAt: asTime(row.begun_datetime),
    };
  });
}

/** Notes a batch whose call is about to be made. One of the same number throws: each is noted once. */
export async function beginEraseBatch(
  tx: Transaction<EraseTables>,
  { host, clock }: Writer,
  { accountId, planHash, batch, chatId, ids }: EraseBatch,
): Promise<void> {
  await tx
    .insertInto('erase_batches')
    .values({
      account_id: accountId,
      plan_hash: planHash,
      batch,
      chat_id: chatId,
      ids: JSON.stringify(ids),
      state: 'begun',
      affected: null,
      left_ids: null,
      host,
      begun_datetime: timeText(clock.now()),
      ended_datetime: null,
    })
    .execute();
}

/** Notes how a batch has ended: what its call's answer has counted, and which of its messages are there all the same. */
export async function endEraseBatch(
  tx: Transaction<EraseTables>,
  { clock }: Pick<Writer, 'clock'>,
  {
    accountId,
    planHash,
    batch,
    affected,
    left,
  }: Pick<NotedBatch, 'accountId' | 'planHash' | 'batch' | 'affected' | 'left'>,
): Promise<void> {
  await tx
    .updateTable('erase_batches')
    .set({
      state: 'ended',
      affected: affected ?? null,
      left_ids: JSON.stringify(left),
      ended_datetime: timeText(clock.now()),
    })
    .where('account_id', '=', accountId)
    .where('plan_hash', '=', planHash)
    .where('batch', '=', batch)
    .execute();
}
