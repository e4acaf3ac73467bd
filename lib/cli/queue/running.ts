import type { LinkedAbort } from '../../base/abort.js';
import type { Taken } from '../../queue/take.js';

/** A job that a worker does now. */
export interface Running {
  readonly job: Taken;
  readonly stop: LinkedAbort;
  readonly kill: AbortController;
  /** Aborts when it has ended. */
  readonly over: AbortController;
  moved: boolean;
  lost: boolean;
}
