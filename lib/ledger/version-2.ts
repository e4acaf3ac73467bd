import type { SchemaChange } from '../store/schema-change.js';

/** Notes what the target held before a job's first send. */
export async function createVersion2(change: SchemaChange): Promise<void> {
  await change.addColumn('jobs', 'target_before', 'bigint?');
}
