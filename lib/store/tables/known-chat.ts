import type { Kysely } from 'kysely';
import { asNumber } from '../values.js';
import type { StoreTables } from './schema.js';

/** A chat that was read before: its marked id, and what it was called then. */
export interface ReadBefore {
  readonly chatId: number;
  readonly title: string | undefined;
}

/** The chat of an account that was saved under a marked id, or under a username as it was seen last. */
export async function chatReadBefore(
  db: Kysely<Pick<StoreTables, 'chats'>>,
  accountId: number,
  chat: { readonly id: number } | { readonly username: string },
): Promise<ReadBefore | undefined> {
  const chats = db.selectFrom('chats').select(['chat_id', 'title']).where('account_id', '=', accountId);
  const row = await ('id' in chat
    ? chats.where('chat_id', '=', chat.id)
    : chats.where(({ fn }) => fn<string>('lower', ['username']), '=', chat.username.toLowerCase())
  ).executeTakeFirst();
  return row && { chatId: asNumber(row.chat_id), title: row.title ?? undefined };
}
