import type { Selectable, Transaction } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { filesOfDocument } from '../../messages/document/files-of-document.js';
import { asBigInt } from '../values.js';
import { isImported } from './imported.js';
import type { MessagesTable, StoreTables } from './schema.js';
import type { ChatKey } from './writer.js';

/**
 * Whether a photo or file is one of a message's: it isn't any more once the message was edited and has another one. Of an imported
 * message, nobody knows its files, and any may be.
 */
export async function isPresent(
  tx: Transaction<StoreTables>,
  { accountId, chatId }: ChatKey,
  messageId: number,
  { own, mediaId }: { readonly own: Selectable<MessagesTable>['media_id']; readonly mediaId: bigint },
): Promise<boolean> {
  if (own !== null && asBigInt(own) === mediaId) return true;
  const row = await tx
    .selectFrom('messages')
    .select(['document', 'document_hash'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  if (!row) return false;
  if (isImported(row)) return true;
  const files = filesOfDocument(JSON.parse(row.document) as MessageDocument);
  return files.some(({ reference }) => BigInt(reference.id) === mediaId);
}
