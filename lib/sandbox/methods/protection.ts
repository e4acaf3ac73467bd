import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { bareId } from '../world/peer-id.js';
import { protects } from '../world/protection.js';
import type { TlData } from '../world/tl-data.js';
import { messageIn } from './changes.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { newMessage, updates } from './tl-updates.js';

/** Content protection of chats. */
export function protectionMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.ToggleNoForwards': (request: Api.messages.ToggleNoForwards, call) =>
        toggle(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.toggleNoForwards: in groups and channels by the owner alone (CHAT_ADMIN_REQUIRED), in
 * private chats with people by each side for itself. CHAT_NOT_MODIFIED, PEER_ID_INVALID for bots and oneself.
 */
function toggle(context: MethodContext, request: Api.messages.ToggleNoForwards, call: Call): Api.TypeUpdates {
  const { world } = context;
  const { me } = call;
  const peer = peerOf(world, me, request.peer);
  const chat = world.chat(peer);
  if (chat) return toggleChat(context, chat, request.enabled, me);
  const other = world.account(peer);
  if (!other || other.id === me.id || other.kind === 'bot') throw badRequest('PEER_ID_INVALID');
  if (request.requestMsgId) return answerRequest(context, other, request, call);
  return toggleOwn(context, other, request.enabled, call);
}

function toggleChat(context: MethodContext, chat: Chat, enabled: boolean, me: Account): Api.TypeUpdates {
  if (chat.creator !== me.id) throw badRequest('CHAT_ADMIN_REQUIRED');
  if (chat.noforwards === enabled) throw badRequest('CHAT_NOT_MODIFIED');
  chat.noforwards = enabled;
  context.world.touch();
  const channelId = toLong(bareId(chat.id));
  return updates(context, me, chat.box ? [new Api.UpdateChannel({ channelId })] : [], [], [chat.id]);
}

/**
 * One side turns its own protection on, which needs Premium (TDLib: toggleChatHasProtectedContent), or off; protection of
 * the other side can only be asked to be turned off.
 */
function toggleOwn(context: MethodContext, other: Account, enabled: boolean, call: Call): Api.TypeUpdates {
  const { me } = call;
  const [mine, theirs] = [protects(me, other.id), protects(other, me.id)];
  if (enabled === mine && (enabled || !theirs)) throw badRequest('CHAT_NOT_MODIFIED');
  if (enabled && !me.premium) throw forbidden('PREMIUM_ACCOUNT_REQUIRED');
  if (!enabled && !mine) return note(context, other, call, requestOf(true));
  me.protects ??= new Set();
  if (enabled) me.protects.add(other.id);
  else me.protects.delete(other.id);
  return note(context, other, call, toggledTo(mine || theirs, enabled || theirs));
}

/**
 * The side that protects the chat grants a request of the other one, or refuses it. MESSAGE_ID_INVALID for a message that
 * isn't a request of theirs; REQUEST_MSG_EXPIRED when it was answered before.
 */
function answerRequest(
  context: MethodContext,
  other: Account,
  { enabled, requestMsgId }: Api.messages.ToggleNoForwards,
  call: Call,
): Api.TypeUpdates {
  const { me } = call;
  const asked = messageIn(context.world, me, other.id, Number(requestMsgId));
  const data = asked.action?.kind === 'shown' ? asked.action.data : undefined;
  if (data?._ !== REQUEST || asked.sender !== other.id) throw badRequest('MESSAGE_ID_INVALID');
  if (data['expired'] || !protects(me, other.id)) throw badRequest('REQUEST_MSG_EXPIRED');
  expire(context, asked);
  if (!enabled) me.protects?.delete(other.id);
  return note(context, other, call, toggledTo(true, enabled || protects(other, me.id)), asked.id);
}

const REQUEST = 'MessageActionNoForwardsRequest';

function requestOf(prevValue: boolean): TlData {
  return { _: REQUEST, prevValue, newValue: false };
}

function toggledTo(prevValue: boolean, newValue: boolean): TlData {
  return { _: 'MessageActionNoForwardsToggle', prevValue, newValue };
}

/** An answered request says so on both sides. */
function expire({ world }: MethodContext, { uid }: Message): void {
  for (const { box } of world.state.accounts.values()) {
    const index = box.messages.findIndex((message) => message.uid === uid);
    const message = box.messages[index];
    if (message)
      box.messages[index] = {
        ...message,
        action: { kind: 'shown', data: { ...requestOf(true), expired: true } },
      };
  }
}

function note(
  context: MethodContext,
  other: Account,
  { me, caller }: Call,
  data: TlData,
  replyTo?: number,
): Api.TypeUpdates {
  const message = context.world.post({
    chat: other.id,
    from: me.id,
    action: { kind: 'shown', data },
    originSession: caller.sessionId,
    ...(replyTo === undefined ? {} : { replyTo }),
  });
  return updates(context, me, [newMessage(context, me, message)], [message]);
}
