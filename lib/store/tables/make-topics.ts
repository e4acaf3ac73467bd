import type { SchemaChange } from '../schema-change.js';

/** What topics are called: see TopicsTable. */
export async function makeTopics(change: SchemaChange): Promise<void> {
  await change.createTable('topics', {
    columns: {
      account_id: 'bigint',
      chat_id: 'bigint',
      topic_id: 'bigint',
      title: 'varchar(255)',
      listed_datetime: 'datetime',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'topics_pk', columns: ['account_id', 'chat_id', 'topic_id'] },
  });
}
