import type { Api } from 'telegram/tl/index.js';
import { pinMessages } from '../world/changing.js';
import { hasRight, isBanned } from '../world/chats.js';
import type { Account, Chat } from '../world/model.js';
import { peerKind } from '../world/peer-id.js';
import { affectedHistory, boxOf, changesAnswer, messageIn } from './changes.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';

/** Pinning messages. */
export function pinMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.UpdatePinnedMessage': (request: Api.messages.UpdatePinnedMessage, call) =>
        pin(context, request, call),
      'messages.UnpinAllMessages': (request: Api.messages.UnpinAllMessages, call) =>
        unpinAll(context, request, call),
    },
  };
}

/**
 * Pins or unpins a message. A pin leaves a service message, which answers the pinned one, except silently in a channel
 * or on one side of a private chat. CHAT_ADMIN_REQUIRED, MESSAGE_ID_INVALID also for service messages,
 * CHAT_NOT_MODIFIED when nothing changes.
 */
function pin(
  context: MethodContext,
  request: Api.messages.UpdatePinnedMessage,
  { me, caller }: Call,
): Api.TypeUpdates {
  const { world } = context;
  const peer = peerOf(world, me, request.peer);
  const chat = world.chat(peer);
  checkMayPin(chat, me);
  const message = messageIn(world, me, peer, Number(request.id));
  if (message.action) throw badRequest('MESSAGE_ID_INVALID');
  const pinned = !request.unpin;
  if ((message.pinned ?? false) === pinned) throw badRequest('CHAT_NOT_MODIFIED');
  const isOneSided = Boolean(request.pmOneside) && peerKind(peer) === 'user';
  const changes = pinMessages(world, [message], {
    pinned,
    originSession: caller.sessionId,
    ...(isOneSided ? { onlyFor: me } : {}),
  });
  world.announce(changes);
  const isQuiet = isOneSided || (chat?.kind === 'broadcast' && Boolean(request.silent));
  if (!pinned || isQuiet) return changesAnswer(context, me, changes);
  const note = world.post({
    chat: peer,
    from: me.id,
    action: { kind: 'pinMessage' },
    replyTo: message.id,
    silent: Boolean(request.silent),
    originSession: caller.sessionId,
    ...(message.topicId === undefined ? {} : { topicId: message.topicId }),
  });
  return changesAnswer(context, me, changes, [note]);
}

/** Unpins all messages of a chat, or of one topic. */
function unpinAll(
  context: MethodContext,
  request: Api.messages.UnpinAllMessages,
  { me, caller }: Call,
): Api.messages.AffectedHistory {
  const { world } = context;
  const peer = peerOf(world, me, request.peer);
  checkMayPin(world.chat(peer), me);
  const pinned = world
    .messagesWith(me.id, peer)
    .filter((message) => message.pinned && (!request.topMsgId || message.topicId === request.topMsgId));
  const options = { pinned: false, originSession: caller.sessionId };
  const changes = pinned.length > 0 ? pinMessages(world, pinned, options) : [];
  world.announce(changes);
  return affectedHistory(me, boxOf(world, me, peer), changes);
}

/** In a channel whoever may edit posts; in a group admins with the right, and others unless that is forbidden. */
function checkMayPin(chat: Chat | undefined, me: Account): void {
  if (!chat) return;
  const member = chat.members.get(me.id);
  const may =
    chat.kind === 'broadcast'
      ? hasRight(member, 'editMessages')
      : hasRight(member, 'pinMessages') ||
        (member?.role === 'member' && !isBanned(chat, member, 'pinMessages'));
  if (!may) throw badRequest('CHAT_ADMIN_REQUIRED');
}
