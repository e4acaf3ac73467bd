import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { OpenDatabase } from '../../store/open-database.js';
import { importChat } from '../../store/tables/import-chat.js';
import { groupBefore, hasOlderMessages } from '../../store/tables/import-lookups.js';
import { CHAT_TYPES, type ChatType, type StoreTables } from '../../store/tables/schema.js';
import type { ChatKey, Writer } from '../../store/tables/writer.js';
import { isObject } from './fields.js';
import { chatOf } from './peers.js';
import type { RawValue } from './raw-value.js';
import type { ChatHead } from './result-json.js';

/** A chat of an export, as the store knows chats. */
export interface ExportChat {
  /** Marked id. */
  readonly chatId: number;
  readonly type: ChatType;
  readonly title: string | undefined;
  /** Without the @, if the export says it. */
  readonly username?: string | undefined;
}

/** The chat that an export's head names; undefined if nobody can say which one it is. `first`: its first messages. */
export function exportChat(head: ChatHead, first: readonly RawValue[]): ExportChat | undefined {
  const id = Number(head.id);
  const own = ownChat(head.telepi, id);
  if (own) return own;
  if (!Number.isSafeInteger(id) || id <= 0) return undefined;
  const chat = chatOf(head.type, id, first.some(isOldForm));
  if (!chat) return undefined;
  return { ...chat, title: typeof head.name === 'string' && head.name !== '' ? head.name : undefined };
}

/** What TelePi's own export says of the chat besides, if it is the same one. */
function ownChat(telepi: unknown, bare: number): ExportChat | undefined {
  const chat = isObject(telepi) ? telepi['chat'] : undefined;
  if (!isObject(chat)) return undefined;
  const { id, title, username } = chat;
  const type = CHAT_TYPES.find((each) => each === chat['type']);
  if (typeof id !== 'number' || !type || ![-bare, bare, -CHANNEL_MARK - bare].includes(id)) return undefined;
  return {
    ...{ chatId: id, type },
    title: typeof title === 'string' ? title : undefined,
    username: typeof username === 'string' ? username : undefined,
  };
}

/** Before 2021 ids were numbers, to which something is added: see peerOf. */
function isOldForm({ text }: RawValue): boolean {
  return /"(?:from|actor)_id": ?\d/.test(text) && !/"(?:from|actor)_id": ?"/.test(text);
}

/** Saves a chat of an export; of one that is known, what nobody knows yet. */
export async function saveExportChat(
  db: OpenDatabase<StoreTables>['db'],
  writer: Writer,
  accountId: number,
  { chatId, type, title, username }: ExportChat,
): Promise<void> {
  await importChat(db, writer, accountId, {
    ...{ chatId, type },
    ...(title !== undefined && { title }),
    ...(username !== undefined && { username }),
  });
}

/**
 * The marked id of the group that a supergroup used to be: as a person has said, or as TelePi has read it. Undefined if nobody knows, or if messages of that group were imported before anybody knew.
 */
export async function olderChat(
  db: OpenDatabase<StoreTables>['db'] | undefined,
  chat: ChatKey,
  given: number | undefined,
): Promise<number | undefined> {
  if (!db) return given;
  if (await hasOlderMessages(db, chat)) return undefined;
  return given ?? groupBefore(db, chat);
}
