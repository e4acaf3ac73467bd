import type { SchemaChange } from '../store/schema-change.js';

/** What a machine must know of a job that another one has run: see JobsTable. */
export async function createVersion21(change: SchemaChange): Promise<void> {
  await change.addColumn('ledger_jobs', 'files_holder', 'varchar(64)?');
  for (const column of ['pins_chat', 'pins_after']) await change.addColumn('ledger_jobs', column, 'bigint?');
}
