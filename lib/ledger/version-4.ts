import type { Transaction } from 'kysely';

/**
 * Notes what is in doubt in the basic group that a target used to be, and the names used for the chats: see JobsTable.
 */
export async function createVersion4(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('former_target_floor', 'bigint').execute();
  await db.schema.alterTable('jobs').addColumn('source_name', 'varchar(255)').execute();
  await db.schema.alterTable('jobs').addColumn('target_name', 'varchar(255)').execute();
}
