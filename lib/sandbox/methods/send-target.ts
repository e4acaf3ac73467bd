import { Api } from 'telegram/tl/index.js';
import { fromLong, type Long } from '../tl.js';
import { messageById } from '../world/box.js';
import type { Account, Chat } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { isKeptIn } from '../world/protection.js';
import { type ContentKind, checkMayPost } from '../world/rights.js';
import { sendAsPeers } from '../world/send-as.js';
import { GENERAL_TOPIC } from '../world/topics.js';
import { type AnsweredPart, answeredPart } from './answered-part.js';
import { badRequest, type Call, type MethodContext } from './context.js';
import { peerOf } from './peers.js';

/** The fields of a send that say where it goes. */
export interface Destination {
  readonly peer: unknown;
  readonly sendAs?: unknown;
  readonly replyTo?: Api.TypeInputReplyTo;
  readonly scheduleDate?: number;
}

/** Where a message goes: the peer, and the message that it answers there. */
export interface SendTarget extends AnsweredPart {
  readonly peer: PeerId;
  readonly chat: Chat | undefined;
  readonly sendAs: PeerId | undefined;
  readonly topicId: number | undefined;
  readonly replyTo: number | undefined;
  /** The chat of the answered message, if that is another one. */
  readonly replyPeer?: PeerId;
}

/** Peer and reply of a send. PEER_ID_INVALID for a group that is a supergroup now, INPUT_USER_DEACTIVATED, REPLY_MESSAGE_ID_INVALID, TOPIC_DELETED, SCHEDULE_DATE_INVALID, SEND_AS_PEER_INVALID. */
export function targetOf(context: MethodContext, me: Account, request: Destination): SendTarget {
  const { world } = context;
  if (request.scheduleDate) throw badRequest('SCHEDULE_DATE_INVALID');
  const peer = peerOf(world, me, request.peer);
  const chat = world.chat(peer);
  const sendAs = request.sendAs ? peerOf(world, me, request.sendAs) : undefined;
  if (sendAs !== undefined && !sendAsPeers(world, me, chat).includes(sendAs))
    throw badRequest('SEND_AS_PEER_INVALID');
  if (world.account(peer)?.deleted) throw badRequest('INPUT_USER_DEACTIVATED');
  if (chat?.migratedTo !== undefined) throw badRequest('PEER_ID_INVALID');
  const { replyTo } = request;
  if (!replyTo)
    return {
      peer,
      chat,
      sendAs,
      topicId: chat?.forum ? GENERAL_TOPIC : undefined,
      replyTo: undefined,
      quote: undefined,
    };
  if (!(replyTo instanceof Api.InputReplyToMessage)) throw badRequest('REPLY_TO_INVALID');
  const { replyToMsgId, replyToPeerId, topMsgId } = replyTo;
  const replyPeer = replyToPeerId ? peerOf(world, me, replyToPeerId) : peer;
  const named = topicNamed(chat, topMsgId);
  const topicId = replyToPeerId
    ? (named ?? (chat?.forum ? GENERAL_TOPIC : undefined))
    : topicOf(chat, named, replyToMsgId);
  if (replyToPeerId) checkAnsweredElsewhere(context, me, replyPeer, replyToMsgId);
  else checkAnswered(context, me, peer, replyToMsgId, topicId);
  return {
    peer,
    chat,
    sendAs,
    topicId,
    replyTo: replyToMsgId,
    ...(replyPeer === peer ? {} : { replyPeer }),
    ...answeredPart(context, me, replyTo, { answeredIn: replyPeer, peer }),
  };
}

/** Refuses accounts that may not send such messages there now. */
export function checkRights(
  context: MethodContext,
  me: Account,
  { chat, topicId }: SendTarget,
  kinds: readonly ContentKind[],
): void {
  if (chat) checkMayPost(chat, me.id, kinds, { topicId, nowMs: context.clock.now() });
}

/** RANDOM_ID_EMPTY for zero. */
export function randomIdOf(randomId: Long | undefined): bigint {
  const value = randomId ? fromLong(randomId) : 0n;
  if (value === 0n) throw badRequest('RANDOM_ID_EMPTY');
  return value;
}

/** The parts that every post of one send shares. */
export function postingOf({ me, caller }: Call, target: SendTarget) {
  return {
    chat: target.peer,
    from: me.id,
    originSession: caller.sessionId,
    ...(target.sendAs === undefined ? {} : { sendAs: target.sendAs }),
    ...(target.topicId === undefined ? {} : { topicId: target.topicId }),
    ...(target.replyTo === undefined ? {} : { replyTo: target.replyTo }),
    ...(target.replyPeer === undefined ? {} : { replyPeer: target.replyPeer }),
    ...(target.quote === undefined ? {} : { quote: target.quote }),
    ...(target.task === undefined ? {} : { task: target.task }),
    ...(target.pollOption === undefined ? {} : { pollOption: target.pollOption }),
  };
}

function topicNamed(chat: Chat | undefined, topMsgId: number | undefined): number | undefined {
  if (!chat?.forum || !topMsgId) return undefined;
  if (!chat.topics.has(topMsgId)) throw badRequest('TOPIC_ID_INVALID');
  return topMsgId;
}

/**
 * The topic of the answered message. If that message is deleted, the topic that the reply names counts
 * (core.telegram.org/constructor/inputReplyToMessage); with a reply_to_peer_id, a message of any topic can be answered.
 */
function topicOf(
  chat: Chat | undefined,
  named: number | undefined,
  replyToMsgId: number,
): number | undefined {
  if (!chat?.forum || !chat.box) return undefined;
  if (chat.topics.has(replyToMsgId)) return replyToMsgId;
  return messageById(chat.box, replyToMsgId)?.topicId ?? named ?? GENERAL_TOPIC;
}

function checkAnswered(
  { world }: MethodContext,
  me: Account,
  peer: PeerId,
  replyToMsgId: number,
  topicId: number | undefined,
): void {
  const topic = topicId === undefined ? undefined : world.chat(peer)?.topics.get(topicId);
  if (topic?.deleted) throw badRequest('TOPIC_DELETED');
  if (replyToMsgId === topicId) return;
  const box = world.chat(peer)?.box ?? me.box;
  const answered = messageById(box, replyToMsgId);
  if (!answered || answered.peer !== peer) throw badRequest('REPLY_MESSAGE_ID_INVALID');
}

/** A message of another chat can be answered if it may be forwarded: REPLY_MESSAGE_ID_INVALID, CHAT_FORWARDS_RESTRICTED. */
function checkAnsweredElsewhere(
  { world }: MethodContext,
  me: Account,
  peer: PeerId,
  replyToMsgId: number,
): void {
  const answered = world.messagesWith(me.id, peer).find(({ id }) => id === replyToMsgId);
  if (!answered || answered.action) throw badRequest('REPLY_MESSAGE_ID_INVALID');
  if (isKeptIn(world, me, answered)) throw badRequest('CHAT_FORWARDS_RESTRICTED');
}
