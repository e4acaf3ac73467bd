import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { clipped } from '../values.js';
import { type ChatToSave, saveChats } from './save-chats.js';
import type { StoreTables } from './schema.js';
import type { Writer } from './writer.js';

/** Saves a chat as another program names it. Of a chat that is known, only what nobody knows yet is taken over. */
export async function importChat(
  db: Kysely<StoreTables>,
  writer: Writer,
  accountId: number,
  chat: ChatToSave,
): Promise<void> {
  const known = await db
    .selectFrom('chats')
    .select(['chat_type', 'title', 'username'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chat.chatId)
    .executeTakeFirst();
  if (!known) {
    await saveChats(db, writer, accountId, [chat]);
    return;
  }
  const news = {
    ...(known.chat_type === 'unknown' && chat.type !== 'unknown' && { chat_type: chat.type }),
    ...(known.title === null && chat.title !== undefined && { title: clipped(chat.title, 255) }),
    ...(known.username === null && chat.username !== undefined && { username: clipped(chat.username, 255) }),
  };
  if (Object.keys(news).length === 0) return;
  await transact(db, async (tx) => {
    await tx
      .updateTable('chats')
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chat.chatId)
      .set(news)
      .execute();
  });
}
