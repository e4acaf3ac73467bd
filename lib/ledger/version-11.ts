import type { Transaction } from 'kysely';

/**
 * Notes which messages that continue a copy are to be repaired. From this version on, the texts that were sent stay in
 * the ledger: see MessagesTable.
 */
export async function createVersion11(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('continuations').addColumn('repair', 'varchar(16)').execute();
}
