import type { SchemaChange } from '../store/schema-change.js';

/** Notes for each message what its copy lacks, and what the next run is to repair: see MessagesTable. */
export async function createVersion6(change: SchemaChange): Promise<void> {
  await change.addColumn('messages', 'losses', 'varchar(1000)?');
  await change.addColumn('messages', 'repair', 'varchar(16)?');
  await change.createIndex('messages_by_repair', {
    table: 'messages',
    columns: ['account_id', 'job_id', 'repair'],
  });
}
