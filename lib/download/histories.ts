import { idInChat, isOlder, olderId } from '../base/source-ids.js';
import type { Caller } from '../telegram/caller.js';
import type { Chat } from '../telegram/chat.js';
import { lastIdBefore } from '../telegram/history-bounds.js';
import type { DownloadOptions, ReadOrder } from './options.js';

/** One chat's own messages, or those of a topic: what a read order comes down to. */
export interface History {
  /** Without the group that it used to be, which is a history of its own. */
  readonly chat: Chat;
  /** The id by which a selection knows a message: its source id (base/source-ids.ts). */
  readonly sourceIdOf: (id: number) => number;
  readonly topicId: number | undefined;
  /** Only messages with ids above `after`, up to `upTo` (perhaps Infinity). */
  readonly after: number;
  readonly upTo: number;
  /** Only these, in this order. */
  readonly ids: readonly number[] | undefined;
  /** Of those, all that they hold is wanted, whatever the selection says. */
  readonly everything: boolean;
  readonly withComments: boolean;
}

type Options = Pick<DownloadOptions, 'selection' | 'clock' | 'signal'>;

/** What is read for an order, in this order: the older history of a supergroup comes first. */
export async function* historiesOf(
  client: Caller,
  order: ReadOrder,
  options: Options,
): AsyncGenerator<History> {
  for (const part of partsOf(order.chat)) {
    if (order.kind === 'messages') {
      const ids = order.ids.filter((id) => isOlder(id) === part.isOlder).map(idInChat);
      if (ids.length > 0) yield { ...historyOf(part), ids, everything: order.everything === true };
      continue;
    }
    const range = await rangeOf(client, part, options);
    if (range.upTo <= range.after) continue;
    // Topics and threads begin with the supergroup: the older history has none.
    for (const topicId of part.isOlder ? [undefined] : topicsOf(order, options)) {
      if (part.isOlder && order.topic !== undefined) continue;
      yield { ...historyOf(part), ...range, topicId, withComments: order.withComments };
    }
  }
}

interface Part {
  readonly chat: Chat;
  readonly isOlder: boolean;
}

function partsOf(chat: Chat): readonly Part[] {
  const { former, ...own } = chat;
  if (!former?.readable) return [{ chat: own, isOlder: false }];
  const { id, title, peer, noforwards } = former;
  const { username: _, ...rest } = own;
  const older: Chat = { ...rest, id, title, peer, noforwards, kind: 'group', type: 'group' };
  return [
    { chat: older, isOlder: true },
    { chat: own, isOlder: false },
  ];
}

function historyOf({ chat, isOlder: older }: Part): History {
  return {
    chat,
    sourceIdOf: older ? olderId : (id) => id,
    topicId: undefined,
    after: 0,
    upTo: Number.POSITIVE_INFINITY,
    ids: undefined,
    everything: false,
    withComments: false,
  };
}

/** Of a forum only the topics that the selection wants are read. */
function topicsOf(
  { topic, chat }: Extract<ReadOrder, { kind: 'chat' }>,
  { selection }: Options,
): readonly (number | undefined)[] {
  if (topic !== undefined) return [topic];
  return chat.kind === 'forum' && selection.topics ? [...selection.topics] : [undefined];
}

/** Where the selection lets the reading begin and end, by the ids that belong to its dates. */
async function rangeOf(
  client: Caller,
  { chat, isOlder: older }: Part,
  { selection, clock, signal }: Options,
): Promise<{ readonly after: number; readonly upTo: number }> {
  const { since, until, fromId, toId } = selection.bounds;
  const nothing = { after: 0, upTo: 0 };
  let [after, upTo] = [0, Number.POSITIVE_INFINITY];
  if (fromId !== undefined) {
    if (older && !isOlder(fromId)) return nothing;
    if (older === isOlder(fromId)) after = Math.max(0, idInChat(fromId) - 1);
  }
  if (toId !== undefined) {
    if (!older && isOlder(toId)) return nothing;
    if (older === isOlder(toId)) upTo = idInChat(toId);
  }
  if (since !== undefined) after = Math.max(after, (await lastIdBefore(client, chat, since, signal)) ?? 0);
  if (until !== undefined && until * 1000 < clock.now()) {
    upTo = Math.min(upTo, (await lastIdBefore(client, chat, until + 1, signal)) ?? 0);
  }
  return { after, upTo };
}
