import type { SchemaChange } from '../store/schema-change.js';

/**
 * Notes which messages that continue a copy are to be repaired. From this version on, the texts that were sent stay in
 * the ledger: see MessagesTable.
 */
export async function createVersion11(change: SchemaChange): Promise<void> {
  await change.addColumn('continuations', 'repair', 'varchar(16)?');
}
