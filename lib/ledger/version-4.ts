import type { SchemaChange } from '../store/schema-change.js';

/**
 * Notes what is in doubt in the basic group that a target used to be, and the names used for the chats: see JobsTable.
 */
export async function createVersion4(change: SchemaChange): Promise<void> {
  await change.addColumn('jobs', 'former_target_floor', 'bigint?');
  await change.addColumn('jobs', 'source_name', 'varchar(255)?');
  await change.addColumn('jobs', 'target_name', 'varchar(255)?');
}
