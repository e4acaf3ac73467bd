import type { Message } from './message.js';

/**
 * A message box: a sequence of ids with its own pts and log of changes. Each account has one, shared by its users and
 * basic groups; each channel has its own.
 */
export interface Box {
  lastId: number;
  /** Counts the changes: the pts of the last one. */
  pts: number;
  /** Ascending by id. Deleted messages aren't in it. */
  readonly messages: Message[];
  /** Ascending by pts. */
  readonly changes: Change[];
}

/** One step of a box's pts. Edits, deletions and pins join this union when the sandbox learns them. */
export type Change = {
  readonly kind: 'new';
  readonly pts: number;
  /** By how much it moved pts. */
  readonly count: number;
  readonly messageId: number;
  /** Unix time in seconds when the change was made, whatever date its message carries. */
  readonly at: number;
};

export function emptyBox(): Box {
  return { lastId: 0, pts: 1, messages: [], changes: [] };
}

/** Appends the message that `make` makes of the next id. `at`: Unix time in seconds. */
export function append(box: Box, at: number, make: (id: number) => Message): Message {
  box.lastId += 1;
  box.pts += 1;
  const message = make(box.lastId);
  box.messages.push(message);
  box.changes.push({ kind: 'new', pts: box.pts, count: 1, messageId: message.id, at });
  return message;
}

/** The pts of the change that brought message `id`. */
export function ptsOf(box: Box, id: number): number {
  return box.changes.findLast((change) => change.messageId === id)?.pts ?? box.pts;
}

/** When message `id` came, in Unix time in seconds, whatever date it carries; 0 when it never came. */
export function postedAt(box: Box, id: number): number {
  return box.changes.findLast((change) => change.kind === 'new' && change.messageId === id)?.at ?? 0;
}

export function messageById(box: Box, id: number): Message | undefined {
  const index = firstIndexFrom(box.messages, id);
  const message = box.messages[index];
  return message?.id === id ? message : undefined;
}

/** The index of the first message whose id is at least `id`, in a list ascending by id. */
export function firstIndexFrom(messages: readonly Message[], id: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.id ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
