import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

/** Processes of `telepi worker`, living and dead. Its times are the database's. */
export interface WorkersTable {
  /** 32 hex digits, random: of one process. */
  worker_id: string;
  /** Of its data directory on its machine: see leaseHolder. */
  holder: string;
  host: string;
  account_id: StoredInteger;
  pid: StoredInteger;
  /** Of TelePi. */
  version: string;
  /** How many jobs it runs at once. */
  jobs: StoredInteger;
  state: 'working' | 'ending';
  started_datetime: StoredTime;
  /** It is taken for dead a minute after this. */
  seen_datetime: StoredTime;
}

/** Which worker runs a job of the queue: its sole right to do so. */
export interface WorkerJobsTable {
  job_id: string;
  queue: string;
  worker_id: string;
  since_datetime: StoredTime;
  /** When the job last did something. */
  progress_datetime: StoredTime;
}
