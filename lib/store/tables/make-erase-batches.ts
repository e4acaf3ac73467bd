import type { SchemaChange } from '../schema-change.js';

/** Batches of messages that were to be deleted at Telegram: see EraseBatchesTable. */
export async function makeEraseBatches(change: SchemaChange): Promise<void> {
  await change.createTable('erase_batches', {
    columns: {
      account_id: 'bigint',
      plan_hash: 'varchar(64)',
      batch: 'integer',
      chat_id: 'bigint',
      ids: 'text',
      state: 'varchar(16)',
      affected: 'integer?',
      left_ids: 'text?',
      host: 'varchar(255)',
      begun_datetime: 'datetime',
      ended_datetime: 'datetime?',
    },
    primaryKey: { name: 'erase_batches_pk', columns: ['account_id', 'plan_hash', 'batch'] },
  });
}
