import type { Transaction } from 'kysely';
import type { StoreTables } from './schema.js';
import type { ChatKey } from './writer.js';

/** A change to the row of one message. */
export function messageRow(db: Transaction<StoreTables>, { accountId, chatId }: ChatKey, messageId: number) {
  return db
    .updateTable('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId);
}
