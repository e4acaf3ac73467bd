import type { Message } from './message.js';
import { type Past, withPast } from './past.js';
import type { PeerId } from './peer-id.js';

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
  /** How many of the first messages nobody holds: see withPast. Default: none. */
  readonly pastCount?: number;
}

/** One step of a box's pts. */
export type Change = NewChange | EditChange | DeleteChange | PinChange;

interface AnyChange {
  readonly pts: number;
  /** By how much it moved pts. */
  readonly count: number;
  /** Unix time in seconds when the change was made, whatever date its message carries. */
  readonly at: number;
}

interface NewChange extends AnyChange {
  readonly kind: 'new';
  readonly messageId: number;
}

interface EditChange extends AnyChange {
  readonly kind: 'edit';
  readonly messageId: number;
}

interface DeleteChange extends AnyChange {
  readonly kind: 'delete';
  readonly messageIds: readonly number[];
}

interface PinChange extends AnyChange {
  readonly kind: 'pin';
  readonly peer: PeerId;
  readonly messageIds: readonly number[];
  readonly pinned: boolean;
}

export function emptyBox(): Box {
  return { lastId: 0, pts: 1, messages: [], changes: [] };
}

/** A box that begins with messages from before. */
export function boxWithPast(past: Past): Box {
  const lastId = past.count === 0 ? 0 : past.message(past.count - 1).id;
  return { lastId, pts: 1 + past.count, messages: withPast(past), changes: [], pastCount: past.count };
}

/** The messages that the box holds: all except a past's. */
export function heldMessages({ messages, pastCount = 0 }: Box): readonly Message[] {
  return pastCount === 0 ? messages : messages.slice(pastCount);
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

/** Replaces the message that has the id of `message`. `at`: Unix time in seconds. */
export function replace(box: Box, at: number, message: Message): Change {
  const index = firstIndexFrom(box.messages, message.id);
  if (box.messages[index]?.id !== message.id) throw new Error(`There is no message ${message.id} to edit.`);
  box.messages[index] = message;
  return note(box, { kind: 'edit', count: 1, messageId: message.id, at });
}

/** Deletes messages that the box holds; pts moves by one for each. `at`: Unix time in seconds. */
export function remove(box: Box, at: number, messageIds: readonly number[]): Change {
  const gone = new Set(messageIds);
  const { pastCount = 0 } = box;
  if (pastCount > 0 && messageIds.some((id) => firstIndexFrom(box.messages, id) < pastCount))
    throw new RangeError('Messages of a past cannot be deleted.');
  const held = heldMessages(box);
  const kept = held.filter(({ id }) => !gone.has(id));
  box.messages.splice(pastCount, held.length, ...kept);
  return note(box, { kind: 'delete', count: messageIds.length, messageIds, at });
}

/** Pins or unpins messages of one peer; pts moves by one for each. `at`: Unix time in seconds. */
export function setPinned(
  box: Box,
  at: number,
  pin: Pick<PinChange, 'peer' | 'messageIds' | 'pinned'>,
): Change {
  for (const id of pin.messageIds) {
    const message = messageById(box, id);
    if (message) message.pinned = pin.pinned;
  }
  return note(box, { kind: 'pin', count: pin.messageIds.length, at, ...pin });
}

type WithoutPts<T> = T extends Change ? Omit<T, 'pts'> : never;

function note(box: Box, change: WithoutPts<Change>): Change {
  box.pts += change.count;
  const noted: Change = { ...change, pts: box.pts };
  box.changes.push(noted);
  return noted;
}

/** The pts of the change that brought message `id`. */
export function ptsOf(box: Box, id: number): number {
  return box.changes.findLast((change) => change.kind === 'new' && change.messageId === id)?.pts ?? box.pts;
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
