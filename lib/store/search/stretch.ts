import type { Kysely } from 'kysely';
import type { ChatKey } from '../tables/writer.js';
import type { SearchTables } from './found.js';

/** A stretch of a chat's history: ids, both included. */
export interface Stretch extends ChatKey {
  readonly from: number;
  readonly to: number;
}

/**
 * The rows of a stretch, in the order of their ids: the newest first unless `order` says otherwise. By that order Postgres chooses the primary key also as long as it hasn't counted a table's
 * rows: without it, it takes each index that begins with the account for as good, and reads the whole chat.
 */
export function rowsOf(
  db: Kysely<SearchTables>,
  { accountId, chatId, from, to }: Stretch,
  order: 'asc' | 'desc' = 'desc',
) {
  return db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '>=', from)
    .where('message_id', '<=', to)
    .orderBy('message_id', order);
}

/** The same of some ids, which lie close to each other. */
export function rowsOfIds(db: Kysely<SearchTables>, { accountId, chatId }: ChatKey, ids: readonly number[]) {
  const stretch = { accountId, chatId, from: Math.min(...ids), to: Math.max(...ids) };
  // Of a single id, the order would say nothing.
  return rowsOf(db, stretch).where('message_id', 'in', ids.length === 1 ? [...ids, ...ids] : ids);
}
