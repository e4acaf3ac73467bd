import { Api } from 'telegram';
import type { ReplyTo } from '../telegram/send.js';
import { inputEntities } from './entities.js';
import type { HistoryMessage } from './units.js';

/** The message of the same chat that a message answers; undefined when it answers none, or one of another chat. */
export function answeredId({ replyTo }: HistoryMessage): number | undefined {
  if (!(replyTo instanceof Api.MessageReplyHeader) || !isReply(replyTo)) return undefined;
  return replyTo.replyToPeerId ? undefined : replyTo.replyToMsgId;
}

/** In a topic each message names the topic's root in its header; only with reply_to_top_id beside it is it a reply. */
export function isReply(header: Api.TypeMessageReplyHeader | undefined): boolean {
  if (!header) return false;
  if (!(header instanceof Api.MessageReplyHeader)) return true;
  if (!header.replyToMsgId) return Boolean(header.replyToPeerId || header.replyFrom);
  return !header.forumTopic || Boolean(header.replyToTopId);
}

/** The same answer in the target, to the copy `targetId`. A quote that its sender chose is kept. */
export async function replyToCopy({ replyTo }: HistoryMessage, targetId: number): Promise<ReplyTo> {
  if (!(replyTo instanceof Api.MessageReplyHeader) || !replyTo.quote || !replyTo.quoteText) {
    return { messageId: targetId };
  }
  // A quote's entities have no mentions by id.
  const { entities } = await inputEntities(replyTo.quoteEntities, async () => undefined);
  const offset = replyTo.quoteOffset ?? undefined;
  return {
    messageId: targetId,
    quote: { text: replyTo.quoteText, entities, ...(offset !== undefined && { offset }) },
  };
}
