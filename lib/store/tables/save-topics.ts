import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asNumber, chunked, clipped } from '../values.js';
import type { StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

const TITLE_LENGTH = 255;

/** A topic of a forum as it is called now. */
export interface TopicToSave {
  /** The id of its root message; General is 1. */
  readonly topicId: number;
  readonly title: string;
}

/** Saves the titles of topics as Telegram lists them. A topic that is no longer listed keeps its last title. */
export async function saveTopics(
  db: Kysely<StoreTables>,
  { host, clock, isLate }: Writer,
  { accountId, chatId }: ChatKey,
  topics: readonly TopicToSave[],
): Promise<void> {
  const listed = timeText(Math.floor(clock.now()));
  const rows = topics.map(({ topicId, title }) => ({
    account_id: accountId,
    chat_id: chatId,
    topic_id: topicId,
    title: clipped(title, TITLE_LENGTH),
    listed_datetime: listed,
    host,
  }));
  const keys = ['account_id', 'chat_id', 'topic_id'] as const;
  await transact(db, async (tx) => {
    for (const chunk of chunked(rows)) {
      await upsert(tx, 'topics', chunk, {
        keys,
        updated: isLate ? [] : ['title', 'listed_datetime', 'host'],
      });
    }
    if (!isLate) return;
    for (const { topic_id, title } of rows) {
      await tx
        .updateTable('topics')
        .where('account_id', '=', accountId)
        .where('chat_id', '=', chatId)
        .where('topic_id', '=', topic_id)
        .where('listed_datetime', '<', listed)
        .set({ title, listed_datetime: listed, host })
        .execute();
    }
  });
}

/** The titles of a chat's topics, as far as they are known, by the topics' ids. */
export async function titlesOfTopics(
  db: Kysely<StoreTables>,
  { accountId, chatId }: ChatKey,
  topicIds: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const titles = new Map<number, string>();
  for (const chunk of chunked(topicIds)) {
    const rows = await db
      .selectFrom('topics')
      .select(['topic_id', 'title'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('topic_id', 'in', chunk)
      .execute();
    for (const { topic_id, title } of rows) titles.set(asNumber(topic_id), title);
  }
  return titles;
}
