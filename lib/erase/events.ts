import type { Refused } from './reasons.js';

/** What has just become true in a run, in this order for each batch. A death after any of them loses nothing. */
export type EraseStep =
  /** A batch that an earlier run left in doubt was read again. */
  | 'settled'
  | 'proved'
  /** Messages were read again from their chat. */
  | 'read'
  /** The journal has a batch. */
  | 'journalled'
  /** Telegram has answered its call. */
  | 'called'
  /** The archive's rows are marked. */
  | 'marked'
  /** The journal knows how the batch has ended. */
  | 'ended';

/** How far a run is. */
export interface EraseCounts {
  /** All that the plan has. */
  readonly planned: number;
  /** By this run, as far as Telegram has confirmed it. */
  readonly deleted: number;
  /** By earlier runs of the plan. */
  readonly earlier: number;
  /** Not there any more when they were read, without this plan's doing as far as is known. */
  readonly gone: number;
}

export interface EraseSummary extends EraseCounts {
  /** Messages that stay, and why. */
  readonly left: readonly Refused[];
}
