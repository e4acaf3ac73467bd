import { Api } from 'telegram/tl/index.js';
import { messageById } from '../world/box.js';
import type { Message } from '../world/message.js';
import type { Chat } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext } from './context.js';
import { peerOf } from './peers.js';
import { tlMessage } from './tl-messages.js';

/**
 * The messages from which the comments of a channel's post start, in its discussion group, newest first: of an album all
 * items (core.telegram.org/method/messages.getDiscussionMessage). Whoever sees the channel sees them. In a group it is the
 * message itself, with its thread. MSG_ID_INVALID when there is none.
 */
export function getDiscussionMessage(
  context: MethodContext,
  request: Api.messages.GetDiscussionMessage,
  { me }: Call,
): Api.messages.DiscussionMessage {
  const { world } = context;
  const peer = peerOf(world, me, request.peer);
  const msgId = Number(request.msgId);
  const chat = world.chat(peer);
  if (!chat?.box) throw badRequest('PEER_ID_INVALID');
  const root = chat.kind === 'broadcast' ? rootOf(world, peer, msgId) : ownRoot(chat, msgId);
  if (!root) throw badRequest('MSG_ID_INVALID');
  const group = world.chat(root.peer);
  const messages = albumOf(group, root);
  const replies = (group?.box?.messages ?? []).filter(
    ({ reply }) => reply?.topId === root.id || reply?.toId === root.id,
  );
  const maxId = replies.at(-1)?.id;
  return new Api.messages.DiscussionMessage({
    messages: messages.map((message) => tlMessage(context, me, message)).reverse(),
    ...(maxId !== undefined && { maxId }),
    unreadCount: 0,
    ...new Cast(world, me).add(peer, root.peer).addMessages(messages).lists(),
  });
}

/** The post as Telegram has forwarded it into the discussion group. */
function rootOf(world: World, channel: PeerId, postId: number): Message | undefined {
  const group = [...world.state.chats.values()].find(({ discussionOf }) => discussionOf === channel);
  return group?.box?.messages.find(
    ({ forward }) => forward !== undefined && forward.from === channel && forward.post === postId,
  );
}

function ownRoot({ box }: Chat, id: number): Message | undefined {
  return box && messageById(box, id);
}

function albumOf(group: Chat | undefined, root: Message): readonly Message[] {
  if (root.groupedId === undefined) return [root];
  return (group?.box?.messages ?? []).filter(({ groupedId }) => groupedId === root.groupedId);
}
