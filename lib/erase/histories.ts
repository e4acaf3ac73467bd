import { CHANNEL_MARK } from '../base/marked-id.js';
import { idInChat, isOlder, olderId } from '../base/source-ids.js';
import type { Selection } from '../messages/selection/selection.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { newestMessages } from '../telegram/history.js';
import { lastIdBefore } from '../telegram/history-bounds.js';

/** A chat's own history, or that of the basic group that it used to be. */
export interface History {
  /** Without the group that it used to be, which is a history of its own. */
  readonly chat: Chat;
  readonly isOlder: boolean;
  /** The id by which a selection knows a message: its source id (base/source-ids.ts). */
  readonly sourceIdOf: (id: number) => number;
}

/** The histories of a chat, the older one first. */
export function historiesOf(chat: Chat): readonly History[] {
  const { former, ...own } = chat;
  const history: History = { chat: own, isOlder: false, sourceIdOf: (id) => id };
  if (!former?.readable) return [history];
  const { id, title, peer, noforwards } = former;
  const { username: _, ...rest } = own;
  const group: Chat = { ...rest, id, title, peer, noforwards, kind: 'group', type: 'group' };
  return [{ chat: group, isOlder: true, sourceIdOf: olderId }, history];
}

/** Whether every deletion in a chat is for everybody. */
export function isAlwaysForEveryone({ id }: Pick<Chat, 'id'>): boolean {
  return id < -CHANNEL_MARK;
}

/** Ids of a history, `after` exclusive and `upTo` inclusive. */
export interface Range {
  readonly after: number;
  readonly upTo: number;
}

/**
 * Where a selection lets the reading of a history begin and end: nothing that comes after this moment belongs to it. Undefined when
 * nothing does.
 */
export async function rangeOf(
  client: Caller,
  { chat, isOlder: older }: History,
  { bounds: { since, until, fromId, toId } }: Pick<Selection, 'bounds'>,
  signal: AbortSignal,
): Promise<Range | undefined> {
  const [newest] = await newestMessages(client, chat, 1, signal);
  let [after, upTo] = [0, newest?.id ?? 0];
  if (fromId !== undefined) {
    if (older && !isOlder(fromId)) return undefined;
    if (older === isOlder(fromId)) after = Math.max(0, idInChat(fromId) - 1);
  }
  if (toId !== undefined) {
    if (!older && isOlder(toId)) return undefined;
    if (older === isOlder(toId)) upTo = Math.min(upTo, idInChat(toId));
  }
  if (since !== undefined) after = Math.max(after, (await lastIdBefore(client, chat, since, signal)) ?? 0);
  if (until !== undefined) upTo = Math.min(upTo, (await lastIdBefore(client, chat, until + 1, signal)) ?? 0);
  return upTo > after ? { after, upTo } : undefined;
}
