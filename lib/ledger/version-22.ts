import type { SchemaChange } from '../store/schema-change.js';

/** The targets that --create-target makes: see TargetsTable. */
export async function createVersion22(change: SchemaChange): Promise<void> {
  await change.createTable('ledger_targets', {
    columns: {
      account_id: 'bigint',
      server: 'varchar(64)',
      source_id: 'bigint',
      source_topic: 'bigint',
      mark: 'varchar(255)',
      kind: 'varchar(16)',
      title: 'varchar(255)',
      planned_at: 'bigint',
      target_id: 'bigint?',
      access_hash: 'bigint?',
      is_dressed: 'integer',
      host: 'varchar(255)',
    },
    primaryKey: {
      name: 'targets_key',
      columns: ['account_id', 'server', 'source_id', 'source_topic'],
    },
  });
}
