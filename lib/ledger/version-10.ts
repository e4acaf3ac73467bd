import type { SchemaChange } from '../store/schema-change.js';

/** Keeps what a job's selection has passed over, and what was compared with it: see JobsTable. */
export async function createVersion10(change: SchemaChange): Promise<void> {
  await change.addColumn('jobs', 'passed_over', 'text?');
  await change.addColumn('jobs', 'compared_by', 'varchar(64)?');
  await change.addColumn('jobs', 'missed', 'bigint?');
}
