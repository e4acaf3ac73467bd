import type { Kysely } from 'kysely';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asNumber } from '../values.js';

/** A topic of a forum as it was called when the topics were listed last. */
export interface StoredTopic {
  /** The id of its root message; General is 1. */
  readonly id: number;
  readonly title: string;
}

/** The topics of a chat that the store knows of, in the order of their ids. */
export async function storedTopics(
  db: Kysely<Pick<StoreTables, 'topics'>>,
  { accountId, chatId }: ChatKey,
): Promise<readonly StoredTopic[]> {
  const rows = await db
    .selectFrom('topics')
    .select(['topic_id', 'title'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .orderBy('topic_id')
    .execute();
  return rows.map(({ topic_id, title }) => ({ id: asNumber(topic_id), title }));
}
