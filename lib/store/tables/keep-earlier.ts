import type { Selectable, Transaction } from 'kysely';
import type { DocumentTexts } from '../../messages/document/essence.js';
import { asTime, timeText } from '../times.js';
import { asNumber } from '../values.js';
import { contentColumns, type MessageToSave } from './message-columns.js';
import type { MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** A message as it was, and what is there of it by now. */
interface Earlier
  extends Pick<Selectable<MessagesTable>, 'document_hash' | 'retrieved_datetime' | 'version'> {
  readonly message: MessageToSave;
  readonly texts: DocumentTexts;
}

/**
 * Keeps a version of a message that was seen before the present one, and comes to be written after it: unless it is known,
 * it becomes a version all the same. Returns whether it is new.
 */
export async function keepEarlier(
  db: Transaction<StoreTables>,
  { host }: Writer,
  { accountId, chatId, messageId }: ChatKey & { readonly messageId: number },
  { message, texts, ...present }: Earlier,
): Promise<boolean> {
  if (present.document_hash === texts.essenceHash) return false;
  const known = await db
    .selectFrom('versions')
    .select('version')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId)
    .where('document_hash', '=', texts.essenceHash)
    .executeTakeFirst();
  if (known) return false;
  const version = asNumber(present.version);
  const { document, document_hash, raw, raw_layer } = contentColumns(message, texts);
  await db
    .insertInto('versions')
    .values({
      ...{ account_id: accountId, chat_id: chatId, message_id: messageId, version },
      ...{ document, document_hash, raw, raw_layer, host },
      replaced_datetime: timeText(asTime(present.retrieved_datetime)),
    })
    .execute();
  await db
    .updateTable('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId)
    .set({ version: version + 1 })
    .execute();
  return true;
}
