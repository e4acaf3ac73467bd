import type { Api } from 'telegram/tl/index.js';
import type { ForwardHeader, MessageReply, Quote, ReplyHeader, SavedFrom } from '../../document/headers.js';
import { flag, type Maybe, maybe, maybeBase64, maybePeer, peer, plain, present } from './fields.js';
import { formattedText } from './text.js';
import { never } from './unknown.js';

export function forwardOf(header: Api.TypeMessageFwdHeader): ForwardHeader {
  return present<ForwardHeader>({
    date: header.date,
    from: maybePeer(header.fromId),
    fromName: plain(header.fromName),
    post: plain(header.channelPost),
    signature: plain(header.postAuthor),
    imported: flag(header.imported),
    announcement: plain(header.psaType),
    saved: savedFrom(header),
  });
}

function savedFrom(header: Api.TypeMessageFwdHeader): SavedFrom | undefined {
  const saved = present<SavedFrom>({
    chat: maybePeer(header.savedFromPeer),
    message: plain(header.savedFromMsgId),
    from: maybePeer(header.savedFromId),
    fromName: plain(header.savedFromName),
    date: plain(header.savedDate),
    own: flag(header.savedOut),
  });
  return Object.keys(saved).length > 0 ? saved : undefined;
}

/**
 * What a message answers; undefined for one that merely stands in a topic, whose header names the topic's root
 * instead of an answered message (core.telegram.org/api/forum). `chat` is the message's own.
 */
export function replyOf<Media>(
  header: Api.TypeMessageReplyHeader,
  chat: number | undefined,
  mediaOf: (media: Api.TypeMessageMedia) => Media | undefined,
): ReplyHeader<Media> | undefined {
  switch (header.className) {
    case 'MessageReplyHeader':
      return isAnswer(header) ? messageReply(header, chat, mediaOf) : undefined;
    case 'MessageReplyStoryHeader':
      return { kind: 'story', peer: peer(header.peer), story: header.storyId };
    default:
      return never(header);
  }
}

/** The root of the topic in which a message with this header stands; undefined outside topics, and in General. */
export function topicOf(header: Maybe<Api.TypeMessageReplyHeader>): number | undefined {
  if (header?.className !== 'MessageReplyHeader' || !header.forumTopic) return undefined;
  return header.replyToTopId || header.replyToMsgId || undefined;
}

/**
 * Whether the header names something that its message answers: a message of its chat or of another (which may be given by
 * its author and content alone). In a topic each message names the topic's root; it answers something when it names another
 * message, with the root in reply_to_top_id next to it, or says more than an id.
 */
export function isAnswer(header: Api.MessageReplyHeader): boolean {
  const { forumTopic, replyToMsgId, replyToTopId } = header;
  const namesMore = Boolean(
    header.replyToPeerId ||
      header.replyFrom ||
      header.replyMedia ||
      header.quoteText ||
      header.todoItemId ||
      header.pollOption,
  );
  if (namesMore || !replyToMsgId) return namesMore;
  return !forumTopic || Boolean(replyToTopId && replyToTopId !== replyToMsgId);
}

function messageReply<Media>(
  header: Api.MessageReplyHeader,
  chat: number | undefined,
  mediaOf: (media: Api.TypeMessageMedia) => Media | undefined,
): MessageReply<Media> {
  const otherChat = maybePeer(header.replyToPeerId);
  return present<MessageReply<Media>>({
    kind: 'message',
    id: header.replyToMsgId || undefined,
    chat: otherChat === chat ? undefined : otherChat,
    thread: header.replyToTopId || undefined,
    from: maybe(header.replyFrom, forwardOf),
    media: maybe(header.replyMedia, mediaOf),
    quote: quoteOf(header),
    task: plain(header.todoItemId),
    option: maybeBase64(header.pollOption),
    scheduled: flag(header.replyToScheduled),
    ephemeral: flag(header.replyToEphemeral),
  });
}

function quoteOf({
  quoteText,
  quoteEntities,
  quoteOffset,
  quote,
}: Api.MessageReplyHeader): Quote | undefined {
  if (!quoteText) return undefined;
  return present<Quote>({
    ...formattedText(quoteText, quoteEntities),
    offset: plain(quoteOffset),
    chosen: flag(quote),
  });
}
