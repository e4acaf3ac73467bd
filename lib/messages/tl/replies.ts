import { Api } from 'telegram/tl/index.js';
import { markedId } from '../../base/marked-id.js';
import { isAnswer } from './document/headers.js';
import { inputEntities } from './entities.js';
import type { HistoryMessage } from './message.js';

/**
 * The message of the chat `chatId` (marked) that a message of that chat answers; undefined when it answers none, one of
 * another chat, or one that isn't in the history. A header may name its own chat: Telegram writes comments like this
 * for accounts that aren't in the discussion group (core.telegram.org/constructor/messageReplyHeader).
 */
export function answeredId({ replyTo }: HistoryMessage, chatId: number): number | undefined {
  if (!(replyTo instanceof Api.MessageReplyHeader) || !isReply(replyTo)) return undefined;
  const { replyToPeerId, replyToScheduled, replyToEphemeral, replyToMsgId } = replyTo;
  if (replyToPeerId && markedId(replyToPeerId) !== chatId) return undefined;
  // These have ids of their own, which say nothing about the history.
  if (replyToScheduled || replyToEphemeral) return undefined;
  return replyToMsgId || undefined;
}

/** Whether a message answers something: another message, or a story. As documents have it, so that a copy can have it, too. */
export function isReply(header: Api.TypeMessageReplyHeader | undefined): boolean {
  if (!header) return false;
  return header instanceof Api.MessageReplyHeader ? isAnswer(header) : true;
}

/** The part of an answered message that is quoted, in the fields of a request. */
export type Quote = Pick<Api.InputReplyToMessage, 'quoteText' | 'quoteEntities' | 'quoteOffset'>;

/** What of the answered message is answered, in the fields of a request: a task, or an answer of a poll. */
export type ReplyDetail =
  | { readonly todoItemId: number; readonly pollOption?: never }
  | { readonly pollOption: Buffer; readonly todoItemId?: never };

/** The task or answer that a reply names. */
export function detailOf({ replyTo }: HistoryMessage): ReplyDetail | undefined {
  if (!(replyTo instanceof Api.MessageReplyHeader)) return undefined;
  const { todoItemId, pollOption } = replyTo;
  if (todoItemId) return { todoItemId };
  return pollOption && pollOption.length > 0 ? { pollOption } : undefined;
}

/** The quote of a reply; undefined unless its sender chose it. */
export async function quoteOf({ replyTo }: HistoryMessage): Promise<Quote | undefined> {
  if (!(replyTo instanceof Api.MessageReplyHeader) || !replyTo.quote || !replyTo.quoteText) return undefined;
  // A quote's entities have no mentions by id.
  const { entities } = await inputEntities(replyTo.quoteEntities, async () => undefined);
  const { quoteText, quoteOffset } = replyTo;
  return { quoteText, quoteEntities: entities, ...(quoteOffset != null && { quoteOffset }) };
}
