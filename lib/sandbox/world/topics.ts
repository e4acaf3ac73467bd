import type { Message } from './message.js';
import type { Chat, Topic } from './model.js';

/** The topic that every forum has; its messages carry no forum_topic header. */
export const GENERAL_TOPIC = 1;

/** The colours that a topic may take (messages.createForumTopic); the first is the default. */
export const TOPIC_COLORS: readonly number[] = [0x6fb9f0, 0xffd67e, 0xcb86db, 0x8eee98, 0xff93b2, 0xfb6f5f];

/** Longest title of a topic, in UTF-16 units. */
export const TOPIC_TITLE_LENGTH = 128;

export function generalTopic(chat: Chat): Topic {
  return {
    id: GENERAL_TOPIC,
    title: 'General',
    iconColor: 0x6fb9f0,
    iconEmojiId: undefined,
    closed: false,
    pinned: false,
    hidden: false,
    deleted: false,
    creator: chat.creator,
    date: chat.date,
  };
}

/** A topic's messages, oldest first, without the service message that is its root. */
export function messagesOfTopic(chat: Chat, topicId: number): Message[] {
  return (chat.box?.messages ?? []).filter(
    (message) => message.topicId === topicId && message.id !== topicId,
  );
}

/** The newest message of a topic, or its root when it has no other. */
export function topMessageOf(chat: Chat, topicId: number): Message | undefined {
  return chat.box?.messages.findLast((message) => message.topicId === topicId || message.id === topicId);
}

/** The topics as messages.getForumTopics lists them: pinned ones first, then by their newest message. */
export function orderedTopics(chat: Chat): Topic[] {
  const newest = new Map<number, number>();
  for (const message of chat.box?.messages ?? []) {
    if (message.topicId !== undefined) newest.set(message.topicId, message.id);
  }
  return [...chat.topics.values()]
    .filter((topic) => !topic.deleted)
    .sort(
      (a, b) =>
        Number(b.pinned) - Number(a.pinned) ||
        orderOf(a) - orderOf(b) ||
        (newest.get(b.id) ?? b.id) - (newest.get(a.id) ?? a.id),
    );
}

/** Where a topic stands among the pinned ones. */
function orderOf({ pinned, pinOrder }: Topic): number {
  return pinned ? (pinOrder ?? 0) : 0;
}
