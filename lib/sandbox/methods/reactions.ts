import { Api } from 'telegram/tl/index.js';
import { hasRight, isIn } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { type SeenCopy, setReactions } from '../world/reacting.js';
import type { AllowedReactions, GivenReaction } from '../world/reactions.js';
import { appearsAs } from '../world/send-as.js';
import { Cast } from './cast.js';
import { boxOf } from './changes.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { checkNumber, readReaction, readReactions } from './reaction-rules.js';
import { reactionsUpdate, tlGiven } from './tl-reactions.js';
import { updates } from './tl-updates.js';

/** Reacting to messages, and reading who reacted. */
export function reactionMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.SendReaction': (request: Api.messages.SendReaction, call) => react(context, request, call),
    },
    usersOnly: {
      'messages.GetMessagesReactions': (request: Api.messages.GetMessagesReactions, call) =>
        readSome(context, request, call),
      'messages.GetMessageReactionsList': (request: Api.messages.GetMessageReactionsList, call) =>
        listReactions(context, request, call),
      'messages.SetChatAvailableReactions': (request: Api.messages.SetChatAvailableReactions, call) =>
        setAvailable(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.sendReaction: the account's reactions to a message, in place of its earlier ones;
 * none take them back. MSG_ID_INVALID, MESSAGE_ID_INVALID for service messages, CHAT_WRITE_FORBIDDEN for strangers,
 * MESSAGE_NOT_MODIFIED, and the refusals of reaction-rules. Everybody else who sees the message gets an update.
 */
function react(context: MethodContext, request: Api.messages.SendReaction, call: Call): Api.Updates {
  const { world } = context;
  const { me, caller } = call;
  const { message, chat } = messageOf(context, me, request.peer, Number(request.msgId));
  if (message.action && !message.fields?.['reactionsArePossible']) throw badRequest('MESSAGE_ID_INVALID');
  if (chat && !isIn(chat, me.id)) throw forbidden('CHAT_WRITE_FORBIDDEN');
  const wanted = readReactions(me, chat, request.reaction ?? []);
  checkNumber(me, message, wanted);
  const before = message.reactions ?? [];
  const own = before.filter(({ user }) => user === me.id);
  const isSame = own.length === wanted.length && own.every(({ reaction }, n) => reaction === wanted[n]);
  if (isSame) throw badRequest('MESSAGE_NOT_MODIFIED');
  const from = (chat?.box && appearsAs(chat, me.id, undefined)) || me.id;
  const given: GivenReaction[] = wanted.map((reaction) => ({
    user: me.id,
    from,
    reaction,
    big: Boolean(request.big),
    at: world.nowSeconds(),
  }));
  const copies = setReactions(world, message, [...before.filter(({ user }) => user !== me.id), ...given]);
  world.touch();
  pushReactions(context, chat, copies, { userId: me.id, sessionId: caller.sessionId });
  const mine = copies.find(({ owner }) => owner === undefined || owner === me.id)?.message ?? message;
  return reactionsOf(context, me, chat, [mine]);
}

/** The message in its chat: MSG_ID_INVALID when the account sees none. */
function messageOf(
  { world }: MethodContext,
  me: Account,
  input: unknown,
  id: number,
): { message: Message; chat: Chat | undefined } {
  const peer = peerOf(world, me, input);
  const message = boxOf(world, me, peer).messages.find((each) => each.id === id);
  if (message?.peer !== peer) throw badRequest('MSG_ID_INVALID');
  return { message, chat: world.chat(peer) };
}

function reactionsOf(
  context: MethodContext,
  viewer: Account,
  chat: Chat | undefined,
  messages: readonly Message[],
): Api.Updates {
  return updates(
    context,
    viewer,
    messages.map((message) => reactionsUpdate(viewer, chat, message)),
    messages,
  );
}

function pushReactions(
  context: MethodContext,
  chat: Chat | undefined,
  copies: readonly SeenCopy[],
  { userId, sessionId }: { readonly userId: number; readonly sessionId: bigint },
): void {
  for (const { owner, message } of copies) {
    const seenBy = owner === undefined ? [...(chat?.members.keys() ?? [])] : [owner];
    for (const id of seenBy) {
      const viewer = context.world.account(id);
      if (!viewer || (chat && !isIn(chat, id))) continue;
      const update = reactionsOf(context, viewer, chat, [message]);
      context.pusher().push(id, update, id === userId ? { sessionId } : undefined, viewer.dcId);
    }
  }
}

/** The reactions of some messages of one chat, as updates. MSG_ID_INVALID when the account sees none of them. */
function readSome(
  context: MethodContext,
  { peer, id: ids }: Api.messages.GetMessagesReactions,
  { me }: Call,
): Api.Updates {
  const { world } = context;
  const of = peerOf(world, me, peer);
  const messages = boxOf(world, me, of).messages.filter((each) => each.peer === of && ids.includes(each.id));
  if (messages.length === 0) throw badRequest('MSG_ID_INVALID');
  return reactionsOf(context, me, world.chat(of), messages);
}

const LARGEST_LIST = 100;

/** Who reacted, newest first. BROADCAST_FORBIDDEN in channels, which don't say who. */
function listReactions(
  context: MethodContext,
  request: Api.messages.GetMessageReactionsList,
  { me }: Call,
): Api.messages.MessageReactionsList {
  const { message, chat } = messageOf(context, me, request.peer, Number(request.id));
  if (chat?.kind === 'broadcast') throw forbidden('BROADCAST_FORBIDDEN');
  const wanted = request.reaction ? readReaction(request.reaction) : undefined;
  const listed = [...(message.reactions ?? [])]
    .reverse()
    .filter(({ reaction }) => wanted === undefined || reaction === wanted);
  const start = Number(request.offset ?? 0) || 0;
  const page = listed.slice(start, start + Math.min(Math.max(request.limit, 1), LARGEST_LIST));
  const next = start + page.length;
  return new Api.messages.MessageReactionsList({
    count: listed.length,
    reactions: page.map((given) => tlGiven(me, given)),
    ...new Cast(context.world, me).add(...page.map(({ from }) => from)).lists(),
    ...(next < listed.length ? { nextOffset: String(next) } : {}),
  });
}

/** PEER_ID_INVALID for users, CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED, and REACTION_INVALID for unknown reactions. */
function setAvailable(
  context: MethodContext,
  { peer, availableReactions }: Api.messages.SetChatAvailableReactions,
  { me }: Call,
): Api.Updates {
  const { world } = context;
  const chat = world.chat(peerOf(world, me, peer));
  if (!chat) throw badRequest('PEER_ID_INVALID');
  if (!hasRight(chat.members.get(me.id), 'changeInfo')) throw badRequest('CHAT_ADMIN_REQUIRED');
  const allowed = allowedOf(availableReactions);
  if (String(allowed) === String(chat.reactions)) throw badRequest('CHAT_NOT_MODIFIED');
  chat.reactions = allowed;
  world.touch();
  return updates(context, me, [], [], [chat.id]);
}

function allowedOf(given: Api.TypeChatReactions): AllowedReactions {
  if (given instanceof Api.ChatReactionsSome) return given.reactions.map(readReaction);
  if (given instanceof Api.ChatReactionsAll) return given.allowCustom ? 'all' : 'emoji';
  return 'none';
}
