import type { SchemaChange } from '../store/schema-change.js';

/** Notes which session has uploaded a file's parts: another one of the account may not be able to use them. */
export async function createVersion20(change: SchemaChange): Promise<void> {
  await change.addColumn('ledger_files', 'session', 'varchar(32)?');
}
