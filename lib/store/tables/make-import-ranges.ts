import type { SchemaChange } from '../schema-change.js';

/** The messages of imports: see ImportRangesTable. */
export async function makeImportRanges(change: SchemaChange): Promise<void> {
  await change.createTable('import_ranges', {
    columns: {
      account_id: 'bigint',
      target_id: 'bigint',
      plan_hash: 'varchar(64)',
      part: 'integer',
      chat_id: 'bigint',
      first_id: 'bigint',
      last_id: 'bigint',
      with_files: 'integer',
    },
    primaryKey: {
      name: 'import_ranges_pk',
      columns: ['account_id', 'target_id', 'plan_hash', 'part', 'chat_id', 'first_id'],
    },
  });
}
