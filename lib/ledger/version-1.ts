import type { CreateTableBuilder, Transaction } from 'kysely';

/** The tables of version 1: see schema.ts for what the columns mean. */
export async function createVersion1(db: Transaction<unknown>): Promise<void> {
  await createJobs(db);
  await createMessages(db);
  await createFiles(db);
  await createTopics(db);
  await createActions(db);
}

async function createJobs(db: Transaction<unknown>): Promise<void> {
  await jobKeyed(db, 'jobs')
    .addPrimaryKeyConstraint('jobs_key', ['account_id', 'job_id'])
    .addColumn('folder', 'varchar(255)', (column) => column.notNull())
    .addColumn('source_id', 'bigint', (column) => column.notNull())
    .addColumn('target_id', 'bigint', (column) => column.notNull())
    .addColumn('source_topic', 'bigint')
    .addColumn('target_topic', 'bigint')
    .addColumn('source_title', 'varchar(255)')
    .addColumn('target_title', 'varchar(255)')
    .addColumn('checkpoint', 'bigint', (column) => column.notNull())
    .addColumn('taken_up', 'bigint', (column) => column.notNull())
    .addColumn('replaced_by', 'varchar(32)')
    .addColumn('files_due', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .addColumn('run_pid', 'bigint')
    .addColumn('run_started_at', 'bigint')
    .addColumn('run_ended_at', 'bigint')
    .addColumn('run_from', 'bigint')
    .addColumn('run_ahead', 'bigint')
    .execute();
  await db.schema.createIndex('jobs_by_folder').on('jobs').column('folder').execute();
}

async function createMessages(db: Transaction<unknown>): Promise<void> {
  await jobKeyed(db, 'messages')
    .addColumn('source_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('messages_key', ['account_id', 'job_id', 'source_id'])
    .addForeignKeyConstraint('messages_job', ['account_id', 'job_id'], 'jobs', ['account_id', 'job_id'])
    .addColumn('state', 'varchar(16)', (column) => column.notNull())
    .addColumn('random_id', 'bigint', (column) => column.notNull())
    .addColumn('grouped_id', 'bigint')
    .addColumn('target_id', 'bigint')
    .addColumn('reason', 'varchar(128)')
    .addColumn('detail', 'text')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('planned_at', 'bigint', (column) => column.notNull())
    .addColumn('sending_at', 'bigint')
    .addColumn('settled_at', 'bigint')
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .execute();
  // For the queries of a run's start, and for all that `telepi status` counts.
  await db.schema
    .createIndex('messages_by_state')
    .on('messages')
    .columns(['account_id', 'job_id', 'state', 'reason', 'source_id'])
    .execute();
}

async function createFiles(db: Transaction<unknown>): Promise<void> {
  await jobKeyed(db, 'files')
    .addColumn('source_id', 'bigint', (column) => column.notNull())
    .addColumn('role', 'varchar(16)', (column) => column.notNull())
    .addPrimaryKeyConstraint('files_key', ['account_id', 'job_id', 'source_id', 'role'])
    .addForeignKeyConstraint('files_message', ['account_id', 'job_id', 'source_id'], 'messages', [
      'account_id',
      'job_id',
      'source_id',
    ])
    .addColumn('file_id', 'bigint', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('parts', 'integer', (column) => column.notNull())
    .addColumn('acknowledged', 'text', (column) => column.notNull())
    .addColumn('first_part_at', 'bigint')
    .addColumn('planned_at', 'bigint', (column) => column.notNull())
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('files_by_file_id')
    .on('files')
    .columns(['account_id', 'job_id', 'file_id'])
    .execute();
}

async function createTopics(db: Transaction<unknown>): Promise<void> {
  await jobKeyed(db, 'topics')
    .addColumn('source_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('topics_key', ['account_id', 'job_id', 'source_id'])
    .addForeignKeyConstraint('topics_job', ['account_id', 'job_id'], 'jobs', ['account_id', 'job_id'])
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('random_id', 'bigint')
    .addColumn('target_id', 'bigint')
    .addColumn('planned_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint')
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .execute();
}

async function createActions(db: Transaction<unknown>): Promise<void> {
  await jobKeyed(db, 'actions')
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('actions_key', ['account_id', 'job_id', 'seq'])
    .addForeignKeyConstraint('actions_job', ['account_id', 'job_id'], 'jobs', ['account_id', 'job_id'])
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('host', 'varchar(255)', (column) => column.notNull())
    .addColumn('pid', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'varchar(32)', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .execute();
}

function jobKeyed(
  db: Transaction<unknown>,
  table: string,
): CreateTableBuilder<string, 'account_id' | 'job_id'> {
  return db.schema
    .createTable(table)
    .addColumn('account_id', 'bigint', (column) => column.notNull())
    .addColumn('job_id', 'varchar(32)', (column) => column.notNull());
}
