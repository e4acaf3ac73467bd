import type { Transaction } from 'kysely';

/** Keeps the texts that are sent, and the messages that continue a copy: see MessagesTable and ContinuationsTable. */
export async function createVersion8(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('sent_text', 'text').execute();
  await db.schema
    .createTable('continuations')
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('job_id', 'varchar(32)', (column) => column.notNull())
    .addColumn('source_id', 'bigint', (column) => column.notNull())
    .addColumn('part', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('continuations_key', ['account_id', 'job_id', 'source_id', 'part'])
    .addForeignKeyConstraint('continuations_job', ['account_id', 'job_id'], 'jobs', ['account_id', 'job_id'])
    .addColumn('state', 'varchar(16)', (column) => column.notNull())
    .addColumn('random_id', 'bigint', (column) => column.notNull())
    .addColumn('target_id', 'bigint')
    .addColumn('sent_text', 'text')
    .addColumn('text_hash', 'varchar(64)', (column) => column.notNull())
    .addColumn('after_id', 'bigint')
    .addColumn('reason', 'varchar(128)')
    .addColumn('detail', 'text')
    .addColumn('settled_at', 'bigint')
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('continuations_by_state')
    .on('continuations')
    .columns(['account_id', 'job_id', 'state', 'source_id'])
    .execute();
  await db.schema
    .createIndex('continuations_by_target')
    .unique()
    .on('continuations')
    .columns(['account_id', 'job_id', 'target_id'])
    .execute();
}
