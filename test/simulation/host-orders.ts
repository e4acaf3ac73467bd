import type { DatabaseAddress } from '../../lib/base/database-address.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { CloneJobOptions } from './clone-job.js';

/** What a machine's process is to do. */
export interface HostOrders {
  /** The machine's name. */
  readonly host: string;
  readonly dataDir: string;
  /** Absent: the ledger is the data directory's file. */
  readonly database?: DatabaseAddress;
  readonly server: Sandbox['server'];
  readonly session: string;
  /** Of this process alone. */
  readonly seed: string;
  /** How far its wall clock is ahead of the true time, in milliseconds. */
  readonly clockOffMs: number;
  readonly plan: CloneJobOptions['plan'];
  readonly bufferParts: number;
  readonly target: string;
  readonly jobs: readonly (Pick<CloneJobOptions, 'job'> & {
    readonly choice: NonNullable<CloneJobOptions['choice']>;
  })[];
}

/** What it says of itself. Jobs are numbered from 0. */
export type HostReport =
  | { readonly kind: 'holds' | 'ended'; readonly job: number }
  /** `problem`: what should not have happened to the job's messages. */
  | { readonly kind: 'done'; readonly job: number; readonly problem?: string }
  | { readonly kind: 'failed'; readonly error: string };
