import type { Kysely } from 'kysely';
import type { SearchTables } from '../search/found.js';
import type { ChatType } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asTime } from '../times.js';
import { asNumber } from '../values.js';

/** A chat of which the store has something. Times are in milliseconds since the epoch. */
export interface StoredChat extends ChatKey {
  readonly type: ChatType;
  readonly title?: string;
  /** Without its @. */
  readonly username?: string;
  /** How many of its messages are kept, deleted ones among them. */
  readonly messages: number;
  /** Of its messages that have a date. */
  readonly firstDate?: number;
  readonly lastDate?: number;
}

/** All chats that were saved, or of which messages were, by account and chat id. */
export async function storedChats(db: Kysely<SearchTables>): Promise<readonly StoredChat[]> {
  const named = await db
    .selectFrom('chats')
    .select(['account_id', 'chat_id', 'chat_type', 'title', 'username'])
    .execute();
  const counted = await db
    .selectFrom('messages')
    .select(['account_id', 'chat_id'])
    .select(({ fn }) => [fn.countAll().as('messages'), fn.min('date').as('first'), fn.max('date').as('last')])
    .groupBy(['account_id', 'chat_id'])
    .execute();
  const chats = new Map<string, StoredChat>();
  for (const { account_id, chat_id, chat_type, title, username } of named) {
    const key = { accountId: asNumber(account_id), chatId: asNumber(chat_id) };
    chats.set(nameOf(key), {
      ...key,
      type: chat_type,
      messages: 0,
      ...(title !== null && { title }),
      ...(username !== null && { username }),
    });
  }
  for (const { account_id, chat_id, messages, first, last } of counted) {
    const key = { accountId: asNumber(account_id), chatId: asNumber(chat_id) };
    chats.set(nameOf(key), {
      ...(chats.get(nameOf(key)) ?? { ...key, type: 'unknown' }),
      messages: asNumber(messages),
      ...(first !== null && { firstDate: asTime(first) }),
      ...(last !== null && { lastDate: asTime(last) }),
    });
  }
  return [...chats.values()].sort(
    (one, other) => one.accountId - other.accountId || one.chatId - other.chatId,
  );
}

function nameOf({ accountId, chatId }: ChatKey): string {
  return `${accountId} ${chatId}`;
}
