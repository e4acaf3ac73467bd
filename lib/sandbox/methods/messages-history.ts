import { Api } from 'telegram/tl/index.js';
import { fromLong } from '../tl.js';
import { type Box, messageById } from '../world/box.js';
import { isHiddenFrom } from '../world/hidden-from.js';
import { type Page, type Paging, pageHash, pageOf } from '../world/history.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { type PeerId, peerKind } from '../world/peer-id.js';
import { GENERAL_TOPIC, messagesOfTopic } from '../world/topics.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { getDiscussionMessage } from './discussion.js';
import { channelOf, peerOf } from './peers.js';
import { tlMessage, tlNoMessage } from './tl-messages.js';
import { topicsOf } from './tl-topics.js';

/** Reading messages: by pages of a history, by thread or topic, by id. */
export function historyMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.GetMessages': (request: Api.messages.GetMessages, { me }) =>
        messagesById(context, me, undefined, request.id),
      'channels.GetMessages': (request: Api.channels.GetMessages, { me }) =>
        messagesById(context, me, channelOf(context.world, me, request.channel).id, request.id),
    },
    usersOnly: {
      'messages.GetHistory': (request: Api.messages.GetHistory, call) => getHistory(context, request, call),
      'messages.GetReplies': (request: Api.messages.GetReplies, call) => getReplies(context, request, call),
      'messages.GetDiscussionMessage': (request: Api.messages.GetDiscussionMessage, call) =>
        getDiscussionMessage(context, request, call),
    },
  };
}

function getHistory(
  context: MethodContext,
  request: Api.messages.GetHistory,
  { me }: Call,
): Api.messages.TypeMessages {
  const peer = peerOf(context.world, me, request.peer);
  if (context.world.chat(peer)?.monoforum) throw badRequest('CHANNEL_MONOFORUM_UNSUPPORTED');
  const page = pageOf(context.world.messagesWith(me.id, peer), pagingOf(request));
  return messagesAnswer(context, me, peer, page, fromLong(request.hash));
}

/** A forum topic's messages, or the thread under a message. MSG_ID_INVALID when there is neither. */
function getReplies(
  context: MethodContext,
  request: Api.messages.GetReplies,
  { me }: Call,
): Api.messages.TypeMessages {
  const peer = peerOf(context.world, me, request.peer);
  const chat = context.world.chat(peer);
  const thread = threadOf(context, peer, Number(request.msgId));
  const seen = chat ? thread.filter(({ id }) => !isHiddenFrom(chat, me.id, id)) : thread;
  const page = pageOf(seen, pagingOf(request));
  return messagesAnswer(context, me, peer, page, fromLong(request.hash));
}

/** The messages of a forum's topic, or the ones under a message. MSG_ID_INVALID, TOPIC_DELETED. */
export function threadOf({ world }: MethodContext, peer: PeerId, rootId: number): Message[] {
  const chat = world.chat(peer);
  if (!chat?.box) throw badRequest('PEER_ID_INVALID');
  const topic = chat.topics.get(rootId);
  if (chat.forum && topic) {
    if (topic.deleted) throw badRequest('TOPIC_DELETED');
    return messagesOfTopic(chat, rootId);
  }
  if (!messageById(chat.box, rootId)) {
    throw badRequest(rootId === GENERAL_TOPIC ? 'CHANNEL_FORUM_MISSING' : 'MSG_ID_INVALID');
  }
  return chat.box.messages.filter(({ reply }) => reply?.topId === rootId || reply?.toId === rootId);
}

function pagingOf(request: Api.messages.GetHistory | Api.messages.GetReplies): Paging {
  const { offsetId, offsetDate, addOffset, limit, maxId, minId } = request;
  return { offsetId, offsetDate, addOffset, limit, maxId, minId };
}

/**
 * messages.channelMessages for channels; messages.messages for a whole list and messagesSlice for a part. `peer`
 * undefined: messages of several chats.
 */
export function messagesAnswer(
  context: MethodContext,
  me: Account,
  peer: PeerId | undefined,
  page: Page,
  knownHash: bigint,
): Api.messages.TypeMessages {
  if (knownHash !== 0n && knownHash === pageHash(page.messages.map(({ id }) => id))) {
    return new Api.messages.MessagesNotModified({ count: page.count });
  }
  const chat = peer === undefined ? undefined : context.world.chat(peer);
  const content = {
    messages: page.messages.map((message) => tlMessage(context, me, message)),
    topics: topicsOf(me, chat, page.messages),
    ...new Cast(context.world, me)
      .add(...(peer === undefined ? [] : [peer]))
      .addMessages(page.messages)
      .lists(),
  };
  if (chat?.box) {
    return new Api.messages.ChannelMessages({
      pts: chat.box.pts,
      count: page.count,
      offsetIdOffset: page.offsetIdOffset,
      ...content,
    });
  }
  if (page.messages.length === page.count) return new Api.messages.Messages(content);
  return new Api.messages.MessagesSlice({
    count: page.count,
    offsetIdOffset: page.offsetIdOffset,
    ...content,
  });
}

/**
 * Messages by id, in the order requested; messageEmpty for missing ones. `channel` undefined: the account's own box.
 */
function messagesById(
  context: MethodContext,
  me: Account,
  channel: PeerId | undefined,
  ids: readonly Api.TypeInputMessage[],
): Api.messages.TypeMessages {
  const box = channel === undefined ? me.box : context.world.chat(channel)?.box;
  if (!box) throw badRequest('CHANNEL_INVALID');
  const chat = channel === undefined ? undefined : context.world.chat(channel);
  const found = ids.slice(0, 100).map((input) => seenBy(me, chat, lookUp(box, input)));
  const messages = found.flatMap(({ message }) => message ?? []);
  const content = {
    messages: found.map(({ id, message }) =>
      message ? tlMessage(context, me, message) : tlNoMessage(id, channel),
    ),
    topics: channel === undefined ? [] : topicsOf(me, chat, messages),
    ...new Cast(context.world, me)
      .add(...(channel === undefined ? [] : [channel]))
      .addMessages(messages)
      .lists(),
  };
  if (channel === undefined || peerKind(channel) !== 'channel') return new Api.messages.Messages(content);
  return new Api.messages.ChannelMessages({ pts: box.pts, count: found.length, ...content });
}

interface Found {
  readonly id: number;
  readonly message: Message | undefined;
}

function seenBy({ id: viewer }: Account, chat: Chat | undefined, found: Found): Found {
  return chat && isHiddenFrom(chat, viewer, found.id) ? { id: found.id, message: undefined } : found;
}

function lookUp(box: Box, input: Api.TypeInputMessage): Found {
  if (input instanceof Api.InputMessageID) return { id: input.id, message: messageById(box, input.id) };
  if (input instanceof Api.InputMessageReplyTo) {
    const id = messageById(box, input.id)?.reply?.toId ?? 0;
    return { id, message: messageById(box, id) };
  }
  return { id: 0, message: undefined };
}
