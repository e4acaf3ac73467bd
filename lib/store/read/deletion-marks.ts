import type { Kysely } from 'kysely';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asTime } from '../times.js';
import { asNumber, chunked } from '../values.js';

/** What the store knows of a message's beginning and end. */
export interface DeletionMark {
  /** When it was sent, in milliseconds since the epoch; undefined when Telegram shows nothing of it. */
  readonly sentAt: number | undefined;
  /** Whether somebody has seen that it was deleted. */
  readonly isDeleted: boolean;
}

/** Of these messages of a chat, as far as the store has them, by id. */
export async function deletionMarks(
  db: Kysely<Pick<StoreTables, 'messages'>>,
  { accountId, chatId }: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, DeletionMark>> {
  const found = new Map<number, DeletionMark>();
  for (const chunk of chunked(ids)) {
    const rows = await db
      .selectFrom('messages')
      .select(['message_id', 'date', 'deleted_datetime'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const { message_id, date, deleted_datetime } of rows) {
      const sentAt = date === null ? undefined : asTime(date);
      found.set(asNumber(message_id), { sentAt, isDeleted: deleted_datetime !== null });
    }
  }
  return found;
}
