import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { isUnknownMethod, TelegramError } from '../refusals/telegram-error.js';
import type { Caller } from './caller.js';
import { type Chat, listedChatOf } from './chat.js';
import { toInputChannel } from './history.js';

/** Where a channel's post is discussed. */
export interface Discussion {
  readonly group: Chat;
  /** The post in the group: the root of its thread. */
  readonly rootId: number;
}

/** Whether a channel's post has comments in a discussion group. */
export function hasComments(message: Api.Message | Api.MessageService): boolean {
  const { replies } = message instanceof Api.Message ? message : {};
  return replies instanceof Api.MessageReplies && replies.comments === true && replies.replies > 0;
}

/**
 * The thread of a channel's post in its discussion group (messages.getDiscussionMessage), whose comments
 * messages.getReplies returns. Undefined when it is gone, or this account may not see it.
 */
export async function discussionOf(
  client: Caller,
  channel: Pick<Chat, 'peer'>,
  postId: number,
  signal: AbortSignal,
): Promise<Discussion | undefined> {
  const request = new Api.messages.GetDiscussionMessage({ peer: channel.peer, msgId: postId });
  try {
    const { messages, chats } = await client.call(request, { signal });
    // Newest first; of an album the first item is the root.
    const root = messages.findLast((message) => !(message instanceof Api.MessageEmpty));
    if (!root || !(root.peerId instanceof Api.PeerChannel)) return undefined;
    const groupId = -CHANNEL_MARK - Number(root.peerId.channelId);
    const group = chats.map(listedChatOf).find(({ id }) => id === groupId);
    return group && group.unusable === undefined ? { group, rootId: root.id } : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * The group in which a channel is discussed (channelFull.linked_chat_id, core.telegram.org/api/discussion). Undefined when it
 * has none, or this account may not see it.
 */
export async function discussionGroupOf(
  client: Caller,
  { peer }: Pick<Chat, 'peer'>,
  signal: AbortSignal,
): Promise<Chat | undefined> {
  if (!(peer instanceof Api.InputPeerChannel)) return undefined;
  const request = new Api.channels.GetFullChannel({ channel: toInputChannel(peer) });
  const { fullChat, chats } = await client.call(request, { signal });
  if (!(fullChat instanceof Api.ChannelFull) || !fullChat.linkedChatId) return undefined;
  const linked = String(fullChat.linkedChatId);
  const found = chats.find(({ id }) => String(id) === linked);
  const group = found && listedChatOf(found);
  return group && group.unusable === undefined ? group : undefined;
}

/** core.telegram.org/method/messages.getDiscussionMessage */
function isGone(error: unknown): boolean {
  return (
    (error instanceof TelegramError &&
      /^(?:MSG_ID_INVALID|TOPIC_ID_INVALID|CHANNEL_PRIVATE)$/.test(error.errorMessage)) ||
    isUnknownMethod(error)
  );
}
