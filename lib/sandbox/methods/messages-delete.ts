import type { Api } from 'telegram/tl/index.js';
import { messageById } from '../world/box.js';
import { type Changed, deleteMessages } from '../world/changing.js';
import { hasRight, isAdmin } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { GENERAL_TOPIC, messagesOfTopic } from '../world/topics.js';
import { affectedHistory, affectedMessages } from './changes.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { channelOf, peerOf } from './peers.js';

/** Deleting messages and topics. */
export function deleteMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.DeleteMessages': (request: Api.messages.DeleteMessages, call) =>
        deleteOwn(context, request, call),
      'channels.DeleteMessages': (request: Api.channels.DeleteMessages, call) =>
        deleteInChannel(context, request, call),
      'messages.DeleteTopicHistory': (request: Api.messages.DeleteTopicHistory, call) =>
        deleteTopic(context, request, call),
    },
  };
}

/**
 * Messages of users and basic groups, wherever they are: ids that don't exist are passed over. `revoke`: for everybody,
 * otherwise for the account alone. In a private chat both sides may delete any message for both; in a basic group for
 * everybody only one's own, unless one is an admin (MESSAGE_DELETE_FORBIDDEN).
 */
function deleteOwn(
  { world }: MethodContext,
  { id, revoke }: Api.messages.DeleteMessages,
  { me, caller }: Call,
): Api.messages.AffectedMessages {
  const found = among(me.box.messages, id);
  for (const message of found) if (revoke) checkRevoke(world.chat(message.peer), me, message);
  const options = { originSession: caller.sessionId, ...(revoke ? {} : { onlyFor: me }) };
  const changes = deleteMessages(world, found, options);
  world.announce(changes);
  return affectedMessages(me, me.box, changes);
}

function among(messages: readonly Message[], ids: readonly number[]): Message[] {
  const wanted = new Set(ids);
  return messages.filter(({ id }) => wanted.has(id));
}

function checkRevoke(group: Chat | undefined, me: Account, { sender }: Message): void {
  if (!group || sender === me.id || isAdmin(group.members.get(me.id))) return;
  throw forbidden('MESSAGE_DELETE_FORBIDDEN');
}

/**
 * Always for everybody. The notes that the channel was created, or upgraded from a group, and the roots of topics stay, and only
 * admins with the right to delete messages delete service messages: MESSAGE_DELETE_FORBIDDEN.
 */
function deleteInChannel(
  { world }: MethodContext,
  request: Api.channels.DeleteMessages,
  { me, caller }: Call,
): Api.messages.AffectedMessages {
  const chat = channelOf(world, me, request.channel);
  const { box } = chat;
  if (!box) throw badRequest('CHANNEL_INVALID');
  const messages = among(box.messages, request.id.map(Number));
  for (const message of messages) checkDelete(chat, me, message);
  const changes =
    messages.length > 0 ? deleteMessages(world, messages, { originSession: caller.sessionId }) : [];
  world.announce(changes);
  return affectedMessages(me, box, changes);
}

const KEPT: readonly (string | undefined)[] = ['channelCreate', 'channelMigrateFrom', 'topicCreate'];

function checkDelete(chat: Chat, me: Account, { action, sender }: Message): void {
  const member = chat.members.get(me.id);
  const isKept = KEPT.includes(action?.kind);
  const isOwn =
    !action && sender === me.id && (chat.kind === 'supergroup' || hasRight(member, 'postMessages'));
  if (isKept || !(isOwn || hasRight(member, 'deleteMessages'))) throw forbidden('MESSAGE_DELETE_FORBIDDEN');
}

/** A topic with all its messages. TOPIC_ID_INVALID for General; CHAT_ADMIN_REQUIRED unless it is an own topic with only own messages. */
function deleteTopic(
  { world }: MethodContext,
  request: Api.messages.DeleteTopicHistory,
  { me, caller }: Call,
): Api.messages.AffectedHistory {
  const chat = world.chat(peerOf(world, me, request.peer));
  if (!chat?.forum || !chat.box) throw badRequest('CHANNEL_FORUM_MISSING');
  const topic = chat.topics.get(Number(request.topMsgId));
  if (!topic || topic.deleted || topic.id === GENERAL_TOPIC) throw badRequest('TOPIC_ID_INVALID');
  const root = messageById(chat.box, topic.id);
  const messages = [...(root ? [root] : []), ...messagesOfTopic(chat, topic.id)];
  const isOwn = topic.creator === me.id && messages.every(({ sender }) => sender === me.id);
  if (!isOwn && !hasRight(chat.members.get(me.id), 'deleteMessages')) throw badRequest('CHAT_ADMIN_REQUIRED');
  topic.deleted = true;
  topic.pinned = false;
  const changes: Changed[] = deleteMessages(world, messages, { originSession: caller.sessionId });
  world.announce(changes);
  return affectedHistory(me, chat.box, changes);
}
