import { Api } from 'telegram/tl/index.js';
import { toLong } from '../../telegram/long.js';
import { GENERAL_TOPIC } from '../../telegram/topics.js';
import type { ArchivedChat } from './archived-chat.js';

/** A topic as the archive knows it. */
export interface ArchivedTopic {
  readonly id: number;
  readonly title: string;
  /** Telegram's note that it was created. */
  readonly created?: Api.MessageActionTopicCreate;
}

/** The topics of a forum with their icons, as far as the notes about their creation were kept. General needs no title. */
export async function archivedTopics(
  chat: ArchivedChat,
  stored: readonly { readonly id: number; readonly title: string }[],
): Promise<readonly ArchivedTopic[]> {
  const topics = stored.filter(({ id }) => id !== GENERAL_TOPIC);
  const roots = new Map(
    (await chat.byIds(topics.map(({ id }) => id))).map((message) => [message.id, message]),
  );
  return topics.map(({ id, title }) => {
    const root = roots.get(id);
    const action = root instanceof Api.MessageService ? root.action : undefined;
    return { id, title, ...(action instanceof Api.MessageActionTopicCreate && { created: action }) };
  });
}

/** Telegram's first icon colour. */
const COLOR = 0x6fb9f0;

/** The answer of messages.getForumTopics: nothing is said of what only the living topic has. */
export function forumTopics(topics: readonly ArchivedTopic[]): Api.messages.ForumTopics {
  const nobody = new Api.PeerUser({ userId: toLong(0) });
  return new Api.messages.ForumTopics({
    count: topics.length,
    topics: topics.map(
      ({ id, title, created }) =>
        new Api.ForumTopic({
          ...{ id, title, date: 0, peer: nobody, fromId: nobody, topMessage: id },
          iconColor: created?.iconColor ?? COLOR,
          ...(created?.iconEmojiId && { iconEmojiId: created.iconEmojiId }),
          ...{ readInboxMaxId: 0, readOutboxMaxId: 0, unreadCount: 0, unreadMentionsCount: 0 },
          ...{ unreadReactionsCount: 0, unreadPollVotesCount: 0 },
          notifySettings: new Api.PeerNotifySettings({}),
        }),
    ),
    ...{ messages: [], chats: [], users: [], pts: 0 },
  });
}
