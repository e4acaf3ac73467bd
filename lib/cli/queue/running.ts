import type { LinkedAbort } from '../../base/abort.js';
import type { Taken } from '../../queue/take.js';
import type { Activity } from './activity.js';

/** A job that a worker does now. */
export interface Running {
  readonly job: Taken;
  readonly stop: LinkedAbort;
  readonly kill: AbortController;
  /** Aborts when it has ended. */
  readonly over: AbortController;
  readonly activity: Activity;
  lost: boolean;
}
