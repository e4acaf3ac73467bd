import { Api } from 'telegram';
import { FailedError } from '../base/errors.js';
import type { Chat } from './chats.js';
import type { TelepiClient } from './client.js';
import { fromLong, toLong } from './long.js';
import { sendForIds } from './send-for-ids.js';
import { TelegramError } from './telegram-error.js';

/** The topic that every forum has. It has no root message that others name in their headers. */
export const GENERAL_TOPIC = 1;

/** A forum topic. Its id is that of its root message. */
export interface Topic {
  readonly id: number;
  readonly title: string;
  /** RGB. */
  readonly iconColor: number;
  readonly iconEmojiId?: bigint;
  /** This account created it. */
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
  /** Makes a repeat of the call answer with the first call's topic. */
  readonly randomId: bigint;
}

const PAGE = 100;

/** All topics of a forum, General among them (messages.getForumTopics); none for a chat that is no forum. */
export async function listTopics(client: TelepiClient, chat: Chat, signal: AbortSignal): Promise<Topic[]> {
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
 * Creates a topic and answers its id (messages.createForumTopic). A call that was done before, and whose topic Telegram
 * doesn't tell, made the newest topic of this account with that title.
 */
export async function createTopic(
  client: TelepiClient,
  chat: Chat,
  { title, iconColor, iconEmojiId, randomId }: NewTopic,
  signal: AbortSignal,
): Promise<number> {
  const request = new Api.messages.CreateForumTopic({
    peer: chat.peer,
    title,
    iconColor,
    ...(iconEmojiId === undefined ? {} : { iconEmojiId: toLong(iconEmojiId) }),
    randomId: toLong(randomId),
  });
  const [id] = (await sendForIds(client, request, [randomId], { signal })) ?? [];
  if (id !== undefined) return id;
  const made = newestOwn(await listTopics(client, chat, signal), title);
  if (made) return made.id;
  throw new FailedError(
    'TOPIC_UNKNOWN',
    `Telegram created topic "${title}" without telling its id, and doesn't list it: run again.`,
  );
}

/** Closes a topic (messages.editForumTopic); one that is closed already is left so. */
export async function closeTopic(
  client: TelepiClient,
  chat: Chat,
  topicId: number,
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.EditForumTopic({ peer: chat.peer, topicId, closed: true });
  try {
    await client.call(request, { signal });
  } catch (error) {
    const wasClosed = error instanceof TelegramError && error.errorMessage === 'TOPIC_NOT_MODIFIED';
    if (!wasClosed) throw error;
  }
}

/** Pins a topic, in front of those that are pinned already (messages.updatePinnedForumTopic). */
export async function pinTopic(
  client: TelepiClient,
  chat: Chat,
  topicId: number,
  signal: AbortSignal,
): Promise<void> {
  const request = new Api.messages.UpdatePinnedForumTopic({ peer: chat.peer, topicId, pinned: true });
  await client.call(request, { signal });
}

/** The newest topic with that title that this account created. */
export function newestOwn(topics: readonly Topic[], title: string): Topic | undefined {
  return topics
    .filter((topic) => topic.own && topic.title === title)
    .sort((one, other) => one.id - other.id)
    .at(-1);
}

/** Topics are listed by their newest message, or by their creation where the server says so. */
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
