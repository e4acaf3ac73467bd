import type { Content } from '../messages/tl/content.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { Interval } from './interval.js';

/**
 * What a dry run has in place of deeds: nothing is uploaded, sent, created, closed or pinned. Everything else is the code
 * of a run, so that it counts what the run will do.
 */
export interface Rehearsal {
  /** Ids as the target would give them to copies and topics. */
  targetIds(count: number): readonly number[];
  /** Whether a target's id was given by `targetIds`. */
  isRehearsed(targetId: number): boolean;
  /** Counts turns instead of waiting for them. */
  readonly interval: Interval;
  /** Called for each message that the run looks at, before it is counted as sent, skipped or failed. */
  noteContent(message: HistoryMessage, content: Content): void;
}
