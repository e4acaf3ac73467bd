import { Api } from 'telegram/tl/index.js';
import { markedId } from '../base/marked-id.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { answeredId } from '../messages/tl/replies.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { Chat } from '../telegram/chat.js';
import { fetchMessage } from '../telegram/history.js';
import type { Run } from './run.js';

export interface AnsweredElsewhere {
  readonly chat: Chat;
  readonly message: Api.Message;
}

/**
 * The message of another chat that a message answers, if this account can read it and may answer it elsewhere: Telegram
 * allows that of what may be forwarded (TDLib: can_be_replied_in_another_chat).
 */
export async function answeredElsewhere(
  { client, source, signal }: Pick<Run, 'client' | 'source' | 'signal'>,
  message: HistoryMessage,
): Promise<AnsweredElsewhere | undefined> {
  const { replyTo: header } = message;
  if (!(header instanceof Api.MessageReplyHeader) || answeredId(message, source.id) !== undefined)
    return undefined;
  const { replyToPeerId, replyToMsgId, replyToScheduled, replyToEphemeral } = header;
  if (!replyToPeerId || !replyToMsgId || replyToScheduled || replyToEphemeral) return undefined;
  const chat = client.users.chatOf(markedId(replyToPeerId));
  if (!chat || chat.noforwards) return undefined;
  try {
    const found = await fetchMessage(client, chat, replyToMsgId, signal);
    // Ids of private chats and basic groups are the account's, whatever the chat.
    if (!found || found.noforwards || markedId(found.peerId) !== chat.id) return undefined;
    return { chat, message: found };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TelegramError) return undefined;
    throw error;
  }
}
