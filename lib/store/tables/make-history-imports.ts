import type { SchemaChange } from '../schema-change.js';

/** Imports of histories into chats at Telegram: see HistoryImportsTable. */
export async function makeHistoryImports(change: SchemaChange): Promise<void> {
  await change.createTable('history_imports', {
    columns: {
      account_id: 'bigint',
      plan_hash: 'varchar(64)',
      target_id: 'bigint',
      part: 'integer',
      content_hash: 'varchar(64)',
      text_hash: 'varchar(64)',
      state: 'varchar(16)',
      messages: 'integer',
      uploaded: 'integer',
      import_id: 'bigint',
      after_id: 'bigint?',
      host: 'varchar(255)',
      begun_datetime: 'datetime',
      changed_datetime: 'datetime',
    },
    primaryKey: { name: 'history_imports_pk', columns: ['account_id', 'plan_hash', 'target_id', 'part'] },
  });
}
