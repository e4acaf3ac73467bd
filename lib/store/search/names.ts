import { expressionBuilder, type Kysely } from 'kysely';
import type { ChatKey } from '../tables/writer.js';
import { asNumber } from '../values.js';
import type { SearchTables } from './found.js';

/** What a chat is called, as far as it is known. */
export interface ChatName {
  readonly title?: string;
  readonly username?: string;
}

/** A chat as it was called when it was seen last; undefined for one that nobody has saved. */
export async function chatNamed(
  db: Kysely<SearchTables>,
  { accountId, chatId }: ChatKey,
): Promise<ChatName | undefined> {
  const row = await db
    .selectFrom('chats')
    .select(['title', 'username'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { title, username } = row;
  return { ...(title !== null && { title }), ...(username !== null && { username }) };
}

/** The name of somebody who writes messages: a person, a chat, or the account itself. */
export async function senderNamed(
  db: Kysely<SearchTables>,
  accountId: number,
  senderId: number,
): Promise<string | undefined> {
  const person = await db
    .selectFrom('people')
    .select(['name', 'username'])
    .where('account_id', '=', accountId)
    .where('person_id', '=', senderId)
    .executeTakeFirst();
  const own = person?.name ?? (person?.username && `@${person.username}`);
  if (own) return own;
  const chat = await chatNamed(db, { accountId, chatId: senderId });
  if (chat?.title !== undefined) return chat.title;
  if (senderId !== accountId) return undefined;
  const account = await db
    .selectFrom('accounts')
    .select('name')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return account?.name ?? undefined;
}

/** The marked id of whoever has an @name, in lower case without its @; undefined when the store doesn't know it. */
export async function idOfName(db: Kysely<SearchTables>, name: string): Promise<number | undefined> {
  const row = expressionBuilder<{ named: { readonly username: string | null } }, 'named'>();
  const isNamed = row(row.fn<string>('lower', ['username']), '=', name);
  const chat = db.selectFrom('chats').select('chat_id as id').where(isNamed).limit(1);
  const person = db.selectFrom('people').select('person_id as id').where(isNamed).limit(1);
  const account = db.selectFrom('accounts').select('account_id as id').where(isNamed).limit(1);
  const found =
    (await chat.executeTakeFirst()) ??
    (await person.executeTakeFirst()) ??
    (await account.executeTakeFirst());
  return found && asNumber(found.id);
}

/** The ids of all accounts of which something was saved. */
export async function accountIds(db: Kysely<SearchTables>): Promise<readonly number[]> {
  const rows = await db.selectFrom('accounts').select('account_id').execute();
  return rows.map(({ account_id }) => asNumber(account_id));
}

/** Whether something of a chat was saved, under any account. */
export async function isKnownChat(db: Kysely<SearchTables>, chatId: number): Promise<boolean> {
  const row = await db
    .selectFrom('chats')
    .select('chat_id')
    .where('chat_id', '=', chatId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
