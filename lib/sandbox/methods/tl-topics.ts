import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { Message } from '../world/message.js';
import type { Account, Chat, Topic } from '../world/model.js';
import { topMessageOf } from '../world/topics.js';
import { present } from './present.js';
import { tlPeer } from './tl-chats.js';

export function tlTopic(viewer: Account, chat: Chat, topic: Topic): Api.TypeForumTopic {
  if (topic.deleted) return new Api.ForumTopicDeleted({ id: topic.id });
  const topMessage = topMessageOf(chat, topic.id)?.id ?? topic.id;
  return new Api.ForumTopic(
    present({
      my: topic.creator === viewer.id,
      closed: topic.closed,
      pinned: topic.pinned,
      hidden: topic.hidden,
      id: topic.id,
      date: topic.date,
      peer: tlPeer(chat.id),
      title: topic.title,
      iconColor: topic.iconColor,
      iconEmojiId: topic.iconEmojiId === undefined ? undefined : toLong(topic.iconEmojiId),
      topMessage,
      readInboxMaxId: topMessage,
      readOutboxMaxId: topMessage,
      unreadCount: 0,
      unreadMentionsCount: 0,
      unreadReactionsCount: 0,
      unreadPollVotesCount: 0,
      fromId: tlPeer(topic.creator),
      notifySettings: new Api.PeerNotifySettings({}),
    }),
  );
}

/** The topics that some of a forum's messages are in, for the `topics` of an answer. */
export function topicsOf(
  viewer: Account,
  chat: Chat | undefined,
  messages: readonly Message[],
): Api.TypeForumTopic[] {
  if (!chat?.forum) return [];
  const ids = new Set(messages.map(({ topicId }) => topicId));
  return [...chat.topics.values()]
    .filter(({ id }) => ids.has(id))
    .map((topic) => tlTopic(viewer, chat, topic));
}
