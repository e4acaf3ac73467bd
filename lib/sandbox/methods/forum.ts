import { Api } from 'telegram/tl/index.js';
import { fromLong } from '../tl.js';
import { hasRight } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Account, Chat, Topic } from '../world/model.js';
import { mayCreateTopics, mayEditTopic } from '../world/rights.js';
import {
  GENERAL_TOPIC,
  orderedTopics,
  TOPIC_COLORS,
  TOPIC_TITLE_LENGTH,
  topMessageOf,
} from '../world/topics.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { earlierSend } from './messages-send.js';
import { peerOf } from './peers.js';
import { randomIdOf } from './send-target.js';
import { tlPeer } from './tl-chats.js';
import { tlMessage } from './tl-messages.js';
import { tlTopic } from './tl-topics.js';
import { newMessage, sentUpdates, updates } from './tl-updates.js';

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;
const MOST_PINNED = 5;

/** Topics of forums. */
export function forumMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.CreateForumTopic': (request: Api.messages.CreateForumTopic, call) =>
        createTopic(context, request, call),
      'messages.EditForumTopic': (request: Api.messages.EditForumTopic, call) =>
        editTopic(context, request, call),
      'messages.UpdatePinnedForumTopic': (request: Api.messages.UpdatePinnedForumTopic, call) =>
        pinTopic(context, request, call),
      'messages.ReorderPinnedForumTopics': (request: Api.messages.ReorderPinnedForumTopics, call) =>
        reorderPinned(context, request, call),
    },
    usersOnly: {
      'messages.GetForumTopics': (request: Api.messages.GetForumTopics, call) =>
        listTopics(context, request, call),
      'messages.GetForumTopicsByID': (request: Api.messages.GetForumTopicsByID, call) =>
        topicsById(context, request, call),
    },
  };
}

/** The forum that a peer names. CHANNEL_FORUM_MISSING when it has no topics. */
function forumOf({ world }: MethodContext, me: Account, peer: unknown): Chat {
  const chat = world.chat(peerOf(world, me, peer));
  if (!chat?.forum) throw badRequest('CHANNEL_FORUM_MISSING');
  return chat;
}

function listTopics(
  context: MethodContext,
  request: Api.messages.GetForumTopics,
  { me }: Call,
): Api.messages.ForumTopics {
  const chat = forumOf(context, me, request.peer);
  const query = request.q?.toLowerCase() ?? '';
  const listed = orderedTopics(chat).filter(({ title }) => title.toLowerCase().includes(query));
  const start = startOf(chat, listed, request);
  const limit = Math.min(request.limit > 0 ? request.limit : DEFAULT_LIMIT, LARGEST_LIMIT);
  return answer(context, me, chat, listed.slice(start, start + limit), listed.length);
}

/**
 * Starts after offset_topic; if it isn't listed, after all whose newest message is as new as (offset_date, offset_id).
 */
function startOf(
  chat: Chat,
  listed: readonly Topic[],
  { offsetDate, offsetId, offsetTopic }: Api.messages.GetForumTopics,
): number {
  if (!offsetDate && !offsetId && !offsetTopic) return 0;
  const index = listed.findIndex(({ id }) => id === offsetTopic);
  if (index >= 0) return index + 1;
  const older = listed.findIndex((topic) => {
    const top = topMessageOf(chat, topic.id);
    const date = top?.date ?? topic.date;
    return !topic.pinned && (date < offsetDate || (date === offsetDate && (top?.id ?? topic.id) < offsetId));
  });
  return older < 0 ? listed.length : older;
}

function topicsById(
  context: MethodContext,
  request: Api.messages.GetForumTopicsByID,
  { me }: Call,
): Api.messages.ForumTopics {
  const chat = forumOf(context, me, request.peer);
  if (request.topics.length === 0) throw badRequest('TOPICS_EMPTY');
  const topics = request.topics
    .slice(0, LARGEST_LIMIT)
    .map((id) => chat.topics.get(id) ?? missingTopic(chat, id));
  return answer(context, me, chat, topics, topics.length);
}

/** forumTopicDeleted also stands for ids that never were a topic. */
function missingTopic(chat: Chat, id: number): Topic {
  return {
    id,
    title: '',
    iconColor: 0,
    iconEmojiId: undefined,
    closed: false,
    pinned: false,
    hidden: false,
    deleted: true,
    creator: chat.creator,
    date: chat.date,
  };
}

function answer(
  context: MethodContext,
  me: Account,
  chat: Chat,
  topics: readonly Topic[],
  count: number,
): Api.messages.ForumTopics {
  const tops = topics.flatMap((topic) => topMessageOf(chat, topic.id) ?? []);
  return new Api.messages.ForumTopics({
    count,
    topics: topics.map((topic) => tlTopic(me, chat, topic)),
    messages: tops.map((message) => tlMessage(context, me, message)),
    ...new Cast(context.world, me)
      .add(chat.id, ...topics.map(({ creator }) => creator))
      .addMessages(tops)
      .lists(),
    pts: chat.box?.pts ?? 0,
  });
}

function createTopic(
  context: MethodContext,
  request: Api.messages.CreateForumTopic,
  call: Call,
): Api.TypeUpdates {
  const { me, caller } = call;
  const chat = forumOf(context, me, request.peer);
  const randomId = randomIdOf(request.randomId);
  const earlier = earlierSend(context, call, chat.id, randomId);
  if (earlier) return sentUpdates(context, me, [{ message: earlier, randomId }]);
  if (!mayCreateTopics(chat, me.id)) throw badRequest('CHAT_ADMIN_REQUIRED');
  if (request.iconColor && !TOPIC_COLORS.includes(request.iconColor)) throw badRequest('ICON_COLOR_INVALID');
  const topic = context.world.createTopic(chat, {
    title: checkedTitle(request.title),
    from: me.id,
    originSession: caller.sessionId,
    randomId,
    ...(request.iconColor ? { iconColor: request.iconColor } : {}),
    ...(request.iconEmojiId ? { iconEmojiId: fromLong(request.iconEmojiId) } : {}),
  });
  return sentUpdates(context, me, [{ message: rootOf(chat, topic), randomId }]);
}

function rootOf(chat: Chat, topic: Topic): Message {
  const root = chat.box?.messages.find(({ id }) => id === topic.id);
  if (!root) throw new Error(`The topic ${topic.id} has no root.`);
  return root;
}

function checkedTitle(title: string): string {
  if (title.trim() === '') throw badRequest('TOPIC_TITLE_EMPTY');
  return title.slice(0, TOPIC_TITLE_LENGTH);
}

/**
 * TOPIC_ID_INVALID, TOPIC_DELETED, TOPIC_NOT_MODIFIED; closing and hiding are calls of their own (TOPIC_CLOSE_SEPARATELY,
 * TOPIC_HIDE_SEPARATELY), only General can be hidden (NOGENERAL_HIDE_FORBIDDEN), and it has no icon
 * (GENERAL_MODIFY_ICON_FORBIDDEN).
 */
function editTopic(
  context: MethodContext,
  request: Api.messages.EditForumTopic,
  call: Call,
): Api.TypeUpdates {
  const { me, caller } = call;
  const chat = forumOf(context, me, request.peer);
  const topic = liveTopic(chat, request.topicId);
  if (!mayEditTopic(chat, me.id, topic.creator)) throw badRequest('CHAT_ADMIN_REQUIRED');
  const title = request.title == null ? undefined : checkedTitle(request.title);
  const iconEmojiId = request.iconEmojiId == null ? undefined : fromLong(request.iconEmojiId);
  const closed = request.closed ?? undefined;
  const hidden = request.hidden ?? undefined;
  if (hidden !== undefined && topic.id !== GENERAL_TOPIC) throw badRequest('NOGENERAL_HIDE_FORBIDDEN');
  const renames = title !== undefined || iconEmojiId !== undefined;
  if (hidden !== undefined && (renames || closed !== undefined)) throw badRequest('TOPIC_HIDE_SEPARATELY');
  if (closed !== undefined && renames) throw badRequest('TOPIC_CLOSE_SEPARATELY');
  if (iconEmojiId !== undefined && topic.id === GENERAL_TOPIC)
    throw badRequest('GENERAL_MODIFY_ICON_FORBIDDEN');
  const unchanged =
    (title === undefined || title === topic.title) &&
    (iconEmojiId === undefined || iconEmojiId === (topic.iconEmojiId ?? 0n)) &&
    (closed === undefined || closed === topic.closed) &&
    (hidden === undefined || hidden === topic.hidden);
  if (unchanged) throw badRequest('TOPIC_NOT_MODIFIED');
  topic.title = title ?? topic.title;
  if (iconEmojiId !== undefined) topic.iconEmojiId = iconEmojiId === 0n ? undefined : iconEmojiId;
  topic.closed = closed ?? topic.closed;
  topic.hidden = hidden ?? topic.hidden;
  const message = context.world.post({
    chat: chat.id,
    from: me.id,
    topicId: topic.id,
    action: { kind: 'topicEdit', title, iconEmojiId, closed, hidden },
    originSession: caller.sessionId,
  });
  return updates(context, me, [newMessage(context, me, message)], [message]);
}

function pinTopic(
  context: MethodContext,
  request: Api.messages.UpdatePinnedForumTopic,
  { me }: Call,
): Api.TypeUpdates {
  const chat = forumOf(context, me, request.peer);
  const topic = liveTopic(chat, request.topicId);
  if (!hasRight(chat.members.get(me.id), 'manageTopics')) throw badRequest('CHAT_ADMIN_REQUIRED');
  const pinned = [...chat.topics.values()].filter((other) => other.pinned && !other.deleted).length;
  if (request.pinned && !topic.pinned && pinned >= MOST_PINNED) throw badRequest('PINNED_TOO_MUCH');
  if (topic.pinned === request.pinned) throw badRequest('PINNED_TOPIC_NOT_MODIFIED');
  topic.pinned = request.pinned;
  if (request.pinned) topic.pinOrder = firstOrder(chat) - 1;
  context.world.touch();
  return updates(
    context,
    me,
    [new Api.UpdatePinnedForumTopic({ pinned: topic.pinned, peer: tlPeer(chat.id), topicId: topic.id })],
    [],
    [chat.id],
  );
}

/** The topic that is pinned last comes first. */
function firstOrder(chat: Chat): number {
  return Math.min(0, ...[...chat.topics.values()].map(({ pinOrder = 0 }) => pinOrder));
}

/** The pinned topics in a new order; `force` also unpins the ones that it doesn't name, and pins the others. PINNED_TOO_MUCH. */
function reorderPinned(
  context: MethodContext,
  { peer, order, force }: Api.messages.ReorderPinnedForumTopics,
  { me }: Call,
): Api.TypeUpdates {
  const chat = forumOf(context, me, peer);
  if (!hasRight(chat.members.get(me.id), 'manageTopics')) throw badRequest('CHAT_ADMIN_REQUIRED');
  if (order.length > MOST_PINNED) throw badRequest('PINNED_TOO_MUCH');
  const named = order.map((id) => liveTopic(chat, id));
  if (force) for (const topic of chat.topics.values()) topic.pinned = named.includes(topic);
  for (const [index, topic] of named.entries()) topic.pinOrder = index;
  context.world.touch();
  const update = new Api.UpdatePinnedForumTopics({ peer: tlPeer(chat.id), order });
  return updates(context, me, [update], [], [chat.id]);
}

function liveTopic(chat: Chat, id: number): Topic {
  const topic = chat.topics.get(id);
  if (!topic) throw badRequest('TOPIC_ID_INVALID');
  if (topic.deleted) throw badRequest('TOPIC_DELETED');
  return topic;
}
