import type { Selectable, Transaction } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import type { DocumentTexts } from '../../messages/document/essence.js';
import { asTime, timeText } from '../times.js';
import { asNumber, asOptionalNumber } from '../values.js';
import { isImported } from './imported.js';
import { contentColumns, type MessageToSave } from './message-columns.js';
import { messageRow } from './message-row.js';
import type { MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** A message as it was, and what is there of it by now. */
interface Earlier
  extends Pick<Selectable<MessagesTable>, 'document_hash' | 'retrieved_datetime' | 'version'> {
  readonly message: MessageToSave;
  readonly texts: DocumentTexts;
}

/**
 * Whether a message that was seen at `now` (milliseconds since the epoch), and comes to be written by now, is older than what
 * is there: first by the server's time of its last edit, since clocks of machines differ, then by when the present one was
 * seen last: when it was read, or its chat to the end. What was imported is never newer.
 */
export async function isOutdated(
  db: Transaction<StoreTables>,
  { accountId, chatId }: ChatKey,
  {
    message: { document },
    state,
    now,
  }: {
    readonly message: MessageToSave;
    readonly state: Pick<
      Selectable<MessagesTable>,
      'document_hash' | 'retrieved_datetime' | 'deleted_datetime'
    >;
    readonly now: number;
  },
): Promise<boolean> {
  if (isImported(state)) return false;
  if (state.deleted_datetime !== null && asTime(state.deleted_datetime) > now) return true;
  const present = await db
    .selectFrom('messages')
    .leftJoin('chats', (on) =>
      on
        .onRef('chats.account_id', '=', 'messages.account_id')
        .onRef('chats.chat_id', '=', 'messages.chat_id'),
    )
    .select(['messages.document', 'chats.last_scan_datetime', 'chats.last_message_id'])
    .where('messages.account_id', '=', accountId)
    .where('messages.chat_id', '=', chatId)
    .where('messages.message_id', '=', document.id)
    .executeTakeFirst();
  const edited = (of: MessageDocument): number => ('editDate' in of ? (of.editDate ?? 0) : 0);
  const ahead = present ? edited(JSON.parse(present.document) as MessageDocument) - edited(document) : 0;
  if (ahead !== 0) return ahead > 0;
  const { last_scan_datetime: scan, last_message_id: last } = present ?? {};
  const isScanned = scan && (asOptionalNumber(last) ?? 0) >= document.id;
  return Math.max(asTime(state.retrieved_datetime), isScanned ? asTime(scan) : 0) > now;
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
  await messageRow(db, { accountId, chatId }, messageId)
    .set({ version: version + 1 })
    .execute();
  return true;
}
