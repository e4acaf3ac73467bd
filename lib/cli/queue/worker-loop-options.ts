import type { Clock } from '../../base/clock.js';
import type { Order } from '../../queue/order.js';
import type { Queue } from '../../queue/queue.js';
import type { Taken } from '../../queue/take.js';
import type { Worker } from '../../queue/workers.js';
import type { JobEnd } from './outcome.js';
import type { WorkerEvent } from './worker-events.js';

export interface WorkerLoopOptions {
  readonly queue: Queue;
  readonly worker: Worker;
  /** Ends when no job waits or runs that the worker may take. */
  readonly untilEmpty: boolean;
  /** Into what a job is divided before it is done; undefined: it isn't. */
  readonly plan: (job: Taken, signal: AbortSignal) => Promise<readonly Order[] | undefined>;
  /** Does a job. `signal` asks it to end, `kill` ends it at once. */
  readonly work: (job: Taken, ends: JobSignals) => Promise<JobEnd>;
  /** What was thrown, as the end of a job. */
  readonly endOf: (error: unknown) => JobEnd;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Called when others can see it. */
  readonly onReady: () => void;
  readonly clock: Clock;
  /** The worker ends, and gives its jobs back. */
  readonly signal: AbortSignal;
}

export interface JobSignals {
  readonly signal: AbortSignal;
  readonly kill: AbortSignal;
  /** Takes what it says. */
  readonly onLine: (line: string) => void;
}
