import type { Difference, DifferenceKind } from './differences.js';

/** A difference, and where it stands. */
export interface Finding extends Difference {
  /** Absent when no message of the source is concerned. */
  readonly sourceId?: number;
  /** Absent when there is no copy. */
  readonly targetId?: number;
  /** Which of the messages that continue the copy it is, from 1. */
  readonly part?: number;
  /** More about it: the reason of a message that failed, the error of a file. */
  readonly why?: string;
}

/** `send` and `edit` are queued; the next run does `run` in any case; `none` is left to people. */
export type Remedy = 'send' | 'edit' | 'run' | 'none';

const REMEDIES: Readonly<Record<DifferenceKind, Remedy>> = {
  missing: 'send',
  waiting: 'run',
  extra: 'none',
  twice: 'none',
  order: 'none',
  topic: 'none',
  reply: 'none',
  album: 'none',
  kind: 'edit',
  text: 'edit',
  entities: 'edit',
  attributes: 'edit',
  size: 'edit',
  flags: 'none',
  preview: 'edit',
  buttons: 'none',
  bytes: 'edit',
  picture: 'edit',
  unreadable: 'none',
};

/** Why the next run can't repair a difference, as a clause after its number. */
export const UNREPAIRED: Readonly<Partial<Record<DifferenceKind, string>>> = {
  extra: 'only a person can decide that a message of the target is to be deleted',
  twice: 'only a person can decide which of the two is to be deleted',
  order: 'Telegram keeps the order in which messages were sent',
  topic: 'Telegram moves no message to another topic',
  reply: 'Telegram does not change what a message answers',
  album: 'Telegram puts no message into an album afterwards',
  flags: 'Telegram changes neither afterwards by an edit',
  buttons: 'only bots have buttons',
  unreadable: 'nobody knows whether anything is wrong',
};

/** What helps against a difference. */
export function remedyOf({ kind, field }: Difference): Remedy {
  return field === 'flags.invertMedia' ? 'edit' : REMEDIES[kind];
}
