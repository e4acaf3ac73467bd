import type { Difference } from './differences.js';
import { NEVER_REPAIRED, type Obstacle } from './obstacles.js';

/** A difference, and where it stands. */
export interface Finding extends Difference {
  /** Absent when no message of the source is concerned. */
  readonly sourceId?: number;
  /** Absent when there is no copy. */
  readonly targetId?: number;
  /** The album of the source's message, when it has to be sent with others. */
  readonly album?: string;
  /** Which of the messages that continue the copy it is, from 1. */
  readonly part?: number;
  /** More about it: the reason of a message that failed, the error of a file. */
  readonly why?: string;
  /** Why no run can repair it in this message, though runs repair others of its kind. */
  readonly obstacle?: Obstacle;
}

/** `send` and `edit` are queued; the next run does `run` in any case; `none` is left to people. */
export type Remedy = 'send' | 'edit' | 'run' | 'none';

/** What helps against a difference. */
export function remedyOf(finding: Finding): Remedy {
  if (obstacleTo(finding) !== undefined) return 'none';
  const { kind, field } = finding;
  if (kind === 'missing') return 'send';
  return kind === 'waiting' || field === 'flags.pinned' ? 'run' : 'edit';
}

/** Why no run can repair a difference; undefined when the next one can. */
export function obstacleTo({ kind, obstacle }: Finding): Obstacle | undefined {
  return obstacle ?? NEVER_REPAIRED[kind];
}
