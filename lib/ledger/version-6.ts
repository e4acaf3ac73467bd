import type { Transaction } from 'kysely';

/** Notes for each message what its copy lacks, and what the next run is to repair: see MessagesTable. */
export async function createVersion6(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('losses', 'varchar(1000)').execute();
  await db.schema.alterTable('messages').addColumn('repair', 'varchar(16)').execute();
  await db.schema
    .createIndex('messages_by_repair')
    .on('messages')
    .columns(['account_id', 'job_id', 'repair'])
    .execute();
}
