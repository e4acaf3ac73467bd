import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Caller, PatientCaller, Timed } from './caller.js';
import type { Chat } from './chat.js';
import { fromLong, toLong } from './long.js';
import { sendForIds } from './send-for-ids.js';

/** The topic that every forum has. It has no root message that others could name in their headers. */
export const GENERAL_TOPIC = 1;

/** A forum topic. Its id is that of its root message. */
export interface Topic {
  readonly id: number;
  readonly title: string;
  /** RGB. */
  readonly iconColor: number;
  readonly iconEmojiId?: bigint;
  /** Whether this account created it. */
  readonly own: boolean;
  readonly closed: boolean;
  readonly pinned: boolean;
  readonly hidden: boolean;
}

export interface NewTopic {
  readonly title: string;
  /** RGB, one of the six that messages.createForumTopic takes. */
  readonly iconColor: number;
  readonly iconEmojiId?: bigint;
  /** A repeat of the call with the same random_id returns the first call's topic. */
  readonly randomId: bigint;
  /**
   * Finds the topic that an earlier call created; undefined if none surely is. Default: after a call that Telegram says
   * has succeeded, this account's newest topic with that title.
   */
  readonly find?: (topics: readonly Topic[]) => Promise<number | undefined>;
}

const PAGE = 100;

/** All topics of a forum, including General (messages.getForumTopics); none for a chat that isn't a forum. */
export async function listTopics(client: Caller, chat: Chat, signal: AbortSignal): Promise<Topic[]> {
  if (chat.kind !== 'forum') return [];
  const found = new Map<number, Topic>();
  let offset = { offsetDate: 0, offsetId: 0, offsetTopic: 0 };
  for (;;) {
    const request = new Api.messages.GetForumTopics({ peer: chat.peer, ...offset, limit: PAGE });
    const page = await client.call(request, { signal });
    const before = found.size;
    for (const topic of page.topics) {
      if (topic instanceof Api.ForumTopic) found.set(topic.id, topicOf(topic));
    }
    const last = page.topics.findLast((topic) => topic instanceof Api.ForumTopic);
    if (!last || found.size === before || found.size >= page.count) return [...found.values()];
    offset = { offsetDate: offsetDate(page, last), offsetId: last.topMessage, offsetTopic: last.id };
  }
}

/**
 * Creates a topic and returns its id (messages.createForumTopic). If the call succeeded before and Telegram doesn't
 * report the topic, it is one of this account's topics with that title.
 */
export async function createTopic(
  client: PatientCaller & Timed,
  chat: Chat,
  { title, iconColor, iconEmojiId, randomId, find }: NewTopic,
  signal: AbortSignal,
): Promise<number> {
  const request = new Api.messages.CreateForumTopic({
    peer: chat.peer,
    title,
    iconColor,
    ...(iconEmojiId === undefined ? {} : { iconEmojiId: toLong(iconEmojiId) }),
    randomId: toLong(randomId),
  });
  const ids = await sendForIds(client, request, [randomId], {
    signal,
    async look(whileSending) {
      const found = await find?.(await listTopics(client, chat, whileSending));
      return found === undefined ? undefined : [found];
    },
  });
  const [id] = ids ?? [];
  if (id !== undefined) return id;
  const topics = await listTopics(client, chat, signal);
  const made = find ? await find(topics) : ownTopics(topics, title).at(-1)?.id;
  if (made !== undefined) return made;
  throw new FailedError(
    'TOPIC_UNKNOWN',
    `Telegram created topic "${title}" without reporting its id, and doesn't list it: run again.`,
  );
}

/** What can be changed of a topic; Telegram wants each by a call of its own. Only General can be hidden. */
export type TopicChange = { readonly title: string } | { readonly closed: true } | { readonly hidden: true };

/** Changes a topic (messages.editForumTopic); does nothing if it is so already. Posts a service message. */
export async function editTopic(
  client: Caller,
  chat: Chat,
  topicId: number,
  change: TopicChange,
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.EditForumTopic({ peer: chat.peer, topicId, ...change });
  try {
    await client.call(request, { signal });
  } catch (error) {
    const isSo = error instanceof TelegramError && error.errorMessage === 'TOPIC_NOT_MODIFIED';
    if (!isSo) throw error;
  }
}

/** Puts pinned topics in this order, the first one on top (messages.reorderPinnedForumTopics). */
export async function orderPinnedTopics(
  client: Caller,
  chat: Chat,
  order: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.ReorderPinnedForumTopics({ peer: chat.peer, order: [...order] });
  await client.call(request, { signal });
}

/** Pins a topic in front of the ones already pinned (messages.updatePinnedForumTopic). */
export async function pinTopic(
  client: Caller,
  chat: Chat,
  topicId: number,
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.UpdatePinnedForumTopic({ peer: chat.peer, topicId, pinned: true });
  await client.call(request, { signal });
}

/** The topics with that title that this account created, oldest first. */
function ownTopics(topics: readonly Topic[], title: string): Topic[] {
  return topics.filter((topic) => topic.own && topic.title === title).sort((one, other) => one.id - other.id);
}

/** Topics are listed by their newest message, or by their creation if the server says so. */
function offsetDate(page: Api.messages.ForumTopics, last: Api.ForumTopic): number {
  if (page.orderByCreateDate) return last.date;
  const newest = page.messages.find(({ id }) => id === last.topMessage);
  return newest && 'date' in newest ? newest.date : last.date;
}

function topicOf(topic: Api.ForumTopic): Topic {
  return {
    id: topic.id,
    title: topic.title,
    iconColor: topic.iconColor,
    ...(topic.iconEmojiId ? { iconEmojiId: fromLong(topic.iconEmojiId) } : {}),
    own: topic.my === true,
    closed: topic.closed === true,
    pinned: topic.pinned === true,
    hidden: topic.hidden === true,
  };
}
