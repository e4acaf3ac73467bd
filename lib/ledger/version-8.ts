import type { SchemaChange } from '../store/schema-change.js';

/** Keeps the texts that are sent, and the messages that continue a copy: see MessagesTable and ContinuationsTable. */
export async function createVersion8(change: SchemaChange): Promise<void> {
  const job = ['account_id', 'job_id'];
  await change.addColumn('messages', 'sent_text', 'text?');
  await change.createTable('continuations', {
    columns: {
      account_id: 'bigint',
      job_id: 'varchar(32)',
      source_id: 'bigint',
      part: 'integer',
      state: 'varchar(16)',
      random_id: 'bigint',
      target_id: 'bigint?',
      sent_text: 'text?',
      text_hash: 'varchar(64)',
      after_id: 'bigint?',
      reason: 'varchar(128)?',
      detail: 'text?',
      settled_at: 'bigint?',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'continuations_key', columns: [...job, 'source_id', 'part'] },
    foreignKey: { name: 'continuations_job', columns: job, table: 'jobs', references: job },
  });
  await change.createIndex('continuations_by_state', {
    table: 'continuations',
    columns: [...job, 'state', 'source_id'],
  });
  await change.createIndex('continuations_by_target', {
    table: 'continuations',
    columns: [...job, 'target_id'],
    unique: true,
  });
}
