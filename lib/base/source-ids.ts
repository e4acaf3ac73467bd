/**
 * Ids of source messages, in one numbering. A supergroup that used to be a basic group has two histories, whose ids
 * overlap. The supergroup's messages keep their ids; those of the older history come before them, in their order, at id
 * - 2^31 (TL: ids are positive ints). People see them, also in checkpoint.txt, as minus their id.
 */

/** Comes before the older history's first message. */
export const OLDER_START = -(2 ** 31);

/** The source id of the older history's message `id`. */
export function olderId(id: number): number {
  return id + OLDER_START;
}

export function isOlder(sourceId: number): boolean {
  return sourceId < 0;
}

/** The id of a source message in its own chat. */
export function idInChat(sourceId: number): number {
  return isOlder(sourceId) ? sourceId - OLDER_START : sourceId;
}

/** A source id as people see it: 57, -57 for message 57 of the older history, 0 before everything. */
export function shownId(sourceId: number): number {
  return isOlder(sourceId) ? -idInChat(sourceId) || 0 : sourceId;
}

/** How a job's source ids are written in checkpoint.txt. */
export interface Numbering {
  /** The id that 0 stands for: OLDER_START when the job begins with an older history, else 0. */
  readonly start: number;
  /** Whether there may be negative numbers. */
  readonly hasOlder: boolean;
  /** Whether it was written while the source was the basic group: then its messages have their plain ids. */
  readonly beforeUpgrade: boolean;
}

/** A source with one history. */
export const ONE_HISTORY: Numbering = { start: 0, hasOlder: false, beforeUpgrade: false };

/** The source id that a person's number stands for; undefined when there is none. */
export function sourceIdOf(shown: number, { start, hasOlder, beforeUpgrade }: Numbering): number | undefined {
  if (!Number.isInteger(shown) || Math.abs(shown) >= 2 ** 31) return undefined;
  if (shown === 0) return start;
  if (shown < 0) return hasOlder ? olderId(-shown) : undefined;
  return beforeUpgrade ? olderId(shown) : shown;
}
