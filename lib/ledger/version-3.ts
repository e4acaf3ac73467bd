import type { SchemaChange } from '../store/schema-change.js';

/** Notes what became of uploads: see FilesTable. */
export async function createVersion3(change: SchemaChange): Promise<void> {
  await change.addColumn('files', 'used_at', 'bigint?');
  await change.addColumn('files', 'made_kind', 'varchar(16)?');
  await change.addColumn('files', 'made_id', 'bigint?');
  await change.addColumn('files', 'made_hash', 'bigint?');
  await change.addColumn('files', 'made_reference', 'text?');
}
