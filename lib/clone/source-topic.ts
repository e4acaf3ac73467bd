import { Api } from 'telegram/tl/index.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { GENERAL_TOPIC } from '../telegram/topics.js';

/**
 * The topic of a forum's message: messageReplyHeader names its root by reply_to_top_id, or by reply_to_msg_id when the
 * message answers nothing else. Without a topic's header it is General. A topic's id is the id of the message that
 * created it.
 */
export function topicOf(message: HistoryMessage): number {
  if (message instanceof Api.MessageService && message.action instanceof Api.MessageActionTopicCreate) {
    return message.id;
  }
  const header = message.replyTo;
  if (!(header instanceof Api.MessageReplyHeader) || !header.forumTopic) return GENERAL_TOPIC;
  return header.replyToTopId || header.replyToMsgId || GENERAL_TOPIC;
}

/**
 * Whether a message belongs to the topic that SOURCE_TOPIC selects. In a group that isn't a forum the same number
 * selects a thread of replies: its root and all below it.
 */
export function belongsTo(message: HistoryMessage, topicId: number, isForum: boolean): boolean {
  if (isForum) return topicOf(message) === topicId;
  if (message.id === topicId) return true;
  const header = message.replyTo;
  if (!(header instanceof Api.MessageReplyHeader)) return false;
  return (header.replyToTopId || header.replyToMsgId) === topicId;
}
