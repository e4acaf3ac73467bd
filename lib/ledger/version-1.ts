import type { SchemaChange } from '../store/schema-change.js';

/** The tables of version 1: see schema.ts for what the columns mean. */
export async function createVersion1(change: SchemaChange): Promise<void> {
  await createJobs(change);
  await createMessages(change);
  await createFiles(change);
  await createTopics(change);
  await createActions(change);
}

const JOB_KEY = { account_id: 'bigint', job_id: 'varchar(32)' } as const;

function ofJob(name: string) {
  const key = ['account_id', 'job_id'];
  return { name, columns: key, table: 'jobs', references: key };
}

async function createJobs(change: SchemaChange): Promise<void> {
  await change.createTable('jobs', {
    columns: {
      ...JOB_KEY,
      folder: 'varchar(255)',
      source_id: 'bigint',
      target_id: 'bigint',
      source_topic: 'bigint?',
      target_topic: 'bigint?',
      source_title: 'varchar(255)?',
      target_title: 'varchar(255)?',
      checkpoint: 'bigint',
      taken_up: 'bigint',
      replaced_by: 'varchar(32)?',
      files_due: 'integer',
      created_at: 'bigint',
      host: 'varchar(255)',
      run_pid: 'bigint?',
      run_started_at: 'bigint?',
      run_ended_at: 'bigint?',
      run_from: 'bigint?',
      run_ahead: 'bigint?',
    },
    primaryKey: { name: 'jobs_key', columns: ['account_id', 'job_id'] },
  });
  await change.createIndex('jobs_by_folder', { table: 'jobs', columns: ['folder'] });
}

async function createMessages(change: SchemaChange): Promise<void> {
  await change.createTable('messages', {
    columns: {
      ...JOB_KEY,
      source_id: 'bigint',
      state: 'varchar(16)',
      random_id: 'bigint',
      grouped_id: 'bigint?',
      target_id: 'bigint?',
      reason: 'varchar(128)?',
      detail: 'text?',
      attempts: 'integer',
      planned_at: 'bigint',
      sending_at: 'bigint?',
      settled_at: 'bigint?',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'messages_key', columns: ['account_id', 'job_id', 'source_id'] },
    foreignKey: ofJob('messages_job'),
  });
  // For the queries of a run's start, and for all that `telepi status` counts.
  await change.createIndex('messages_by_state', {
    table: 'messages',
    columns: ['account_id', 'job_id', 'state', 'reason', 'source_id'],
  });
}

async function createFiles(change: SchemaChange): Promise<void> {
  const message = ['account_id', 'job_id', 'source_id'];
  await change.createTable('files', {
    columns: {
      ...JOB_KEY,
      source_id: 'bigint',
      role: 'varchar(16)',
      file_id: 'bigint',
      size: 'bigint',
      parts: 'integer',
      acknowledged: 'text',
      first_part_at: 'bigint?',
      planned_at: 'bigint',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'files_key', columns: ['account_id', 'job_id', 'source_id', 'role'] },
    foreignKey: { name: 'files_message', columns: message, table: 'messages', references: message },
  });
  await change.createIndex('files_by_file_id', {
    table: 'files',
    columns: ['account_id', 'job_id', 'file_id'],
  });
}

async function createTopics(change: SchemaChange): Promise<void> {
  await change.createTable('topics', {
    columns: {
      ...JOB_KEY,
      source_id: 'bigint',
      generation: 'integer',
      random_id: 'bigint?',
      target_id: 'bigint?',
      planned_at: 'bigint',
      created_at: 'bigint?',
      host: 'varchar(255)',
    },
    primaryKey: { name: 'topics_key', columns: ['account_id', 'job_id', 'source_id'] },
    foreignKey: ofJob('topics_job'),
  });
}

async function createActions(change: SchemaChange): Promise<void> {
  await change.createTable('actions', {
    columns: {
      ...JOB_KEY,
      seq: 'bigint',
      at: 'bigint',
      host: 'varchar(255)',
      pid: 'bigint',
      kind: 'varchar(32)',
      detail: 'text',
    },
    primaryKey: { name: 'actions_key', columns: ['account_id', 'job_id', 'seq'] },
    foreignKey: ofJob('actions_job'),
  });
}
