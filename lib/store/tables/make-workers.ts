import type { SchemaChange } from '../schema-change.js';

/** Who takes jobs from the queue, and which: see WorkersTable. */
export async function makeWorkers(change: SchemaChange): Promise<void> {
  await change.createTable('workers', {
    columns: {
      worker_id: 'varchar(32)',
      holder: 'varchar(64)',
      host: 'varchar(255)',
      account_id: 'bigint',
      pid: 'integer',
      version: 'varchar(32)',
      jobs: 'integer',
      state: 'varchar(16)',
      started_datetime: 'datetime',
      seen_datetime: 'datetime',
    },
    primaryKey: { name: 'workers_pk', columns: ['worker_id'] },
  });
  await change.createTable('worker_jobs', {
    columns: {
      job_id: 'varchar(64)',
      queue: 'varchar(64)',
      worker_id: 'varchar(32)',
      since_datetime: 'datetime',
      progress_datetime: 'datetime',
    },
    primaryKey: { name: 'worker_jobs_pk', columns: ['job_id'] },
  });
}
