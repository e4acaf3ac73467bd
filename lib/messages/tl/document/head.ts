import { DOCUMENT_VERSION, type PostDocument } from '../../document/document.js';
import { type FieldsOf, maybe, maybePeer, peer, plain } from './fields.js';
import { replyOf, topicOf } from './headers.js';
import { mediaOf } from './media.js';
import type { PostFields, ServiceFields } from './message-fields.js';
import { reactionsOf } from './reactions.js';

/** What a message doesn't say itself. */
export interface ReadingContext {
  /** This account: the author of its own messages in private chats. */
  readonly self?: number;
  /** The chat, as a marked id, for empty messages, which don't name it. */
  readonly chat?: number;
  /** The chat is a forum: a message without a topic stands in General. */
  readonly isForum?: boolean;
}

type Head = Pick<
  PostDocument,
  'version' | 'id' | 'chat' | 'date' | 'author' | 'topic' | 'savedPeer' | 'reply' | 'reactions' | 'ttl'
>;

const GENERAL_TOPIC = 1;

/** What posts and service messages have in common. */
export function headOf(message: PostFields | ServiceFields, context: ReadingContext): FieldsOf<Head> {
  const chat = peer(message.peerId);
  const { replyTo } = message;
  return {
    version: DOCUMENT_VERSION,
    id: message.id,
    chat,
    date: message.date,
    author: authorOf(message, chat, context),
    topic: topicOf(replyTo) ?? (context.isForum ? GENERAL_TOPIC : undefined),
    savedPeer: maybePeer(message.savedPeerId),
    reply: maybe(replyTo, (header) => replyOf(header, chat, mediaOf)),
    reactions: maybe(message.reactions, reactionsOf),
    ttl: plain(message.ttlPeriod),
  };
}

/** A message without an author is the channel's own, or stands in a private chat (core.telegram.org/constructor/message). */
function authorOf(
  { fromId, out, post, peerId }: PostFields | ServiceFields,
  chat: number,
  { self }: ReadingContext,
): number | undefined {
  if (fromId) return peer(fromId);
  if (peerId.className !== 'PeerUser' || post) return chat;
  return out ? self : chat;
}
