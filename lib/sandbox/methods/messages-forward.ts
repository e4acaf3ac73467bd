import { Api } from 'telegram/tl/index.js';
import { RpcError } from '../rpc.js';
import { messageById } from '../world/box.js';
import { isAdmin } from '../world/chats.js';
import { forwardOf } from '../world/forwarding.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { isProtected } from '../world/protection.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { keptParts } from './forwarded.js';
import { contentKind } from './input-media.js';
import { checkVoters } from './messages-media.js';
import { earlierSend } from './messages-send.js';
import { peerOf } from './peers.js';
import { checkRights, postingOf, randomIdOf, type SendTarget, targetOf } from './send-target.js';
import { type Sent, sentUpdates } from './tl-updates.js';

/** Most messages of one call (TDLib: forwardMessages). */
const MOST_AT_ONCE = 100;

/** Forwarding messages of one chat into another. */
export function forwardMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'messages.ForwardMessages': (request: Api.messages.ForwardMessages, call) =>
        forwardMessages(context, request, call),
    },
  };
}

/** A message that was asked for; `message` is undefined if there is none that could be forwarded. */
interface Wanted {
  readonly id: number;
  readonly randomId: bigint;
  readonly message: Message | undefined;
}

/**
 * core.telegram.org/method/messages.forwardMessages. Messages that are gone and service messages are left out, as the
 * Bot API documents for its forwardMessages; MESSAGE_ID_INVALID when nothing is left. MESSAGE_IDS_EMPTY;
 * MESSAGE_ID_INVALID for more than a hundred ids or ids out of order, which TDLib refuses itself; RANDOM_ID_INVALID
 * unless there is one random_id for each; CHAT_FORWARDS_RESTRICTED for protected chats and messages;
 * SLOWMODE_MULTI_MSGS_DISABLED; and the refusals of any send.
 */
function forwardMessages(
  context: MethodContext,
  request: Api.messages.ForwardMessages,
  call: Call,
): Api.TypeUpdates {
  const { me } = call;
  checkIds(request);
  const from = peerOf(context.world, me, request.fromPeer);
  const target = forwardTarget(context, me, request);
  const wanted = wantedOf(context, me, from, request);
  const earlier = earlierForward(context, call, target, wanted);
  if (earlier) return sentUpdates(context, me, earlier);
  checkProtected(context, me, from, wanted);
  const found = wanted.flatMap(({ message, randomId }) => (message ? [{ message, randomId }] : []));
  if (found.length === 0) throw badRequest('MESSAGE_ID_INVALID');
  checkTarget(context, me, target, found);
  const albums = albumsOf(context, found);
  // All or none: what refuses one of them comes before the first is there.
  const contents = found.map(({ message }) => contentOf(context, me, message, { request, to: target.peer }));
  const sent = found.map(({ message, randomId }, index) => ({
    randomId,
    message: context.world.post({
      ...postingOf(call, target),
      ...contents[index],
      silent: Boolean(request.silent),
      noforwards: Boolean(request.noforwards),
      ...albums(message),
      randomId,
    }),
  }));
  return sentUpdates(context, me, sent);
}

function checkIds({ id, randomId }: Api.messages.ForwardMessages): void {
  if (id.length === 0) throw badRequest('MESSAGE_IDS_EMPTY');
  if (randomId.length !== id.length) throw badRequest('RANDOM_ID_INVALID');
  const isAscending = id.every((each, index) => index === 0 || each > (id[index - 1] ?? 0));
  if (id.length > MOST_AT_ONCE || !isAscending) throw badRequest('MESSAGE_ID_INVALID');
}

/** "reply_to can only contain an inputReplyToMonoForum", for chats that the sandbox doesn't write to. */
function forwardTarget(
  context: MethodContext,
  me: Account,
  { toPeer, topMsgId, replyTo, sendAs, scheduleDate }: Api.messages.ForwardMessages,
): SendTarget {
  if (replyTo) throw badRequest('REPLY_TO_INVALID');
  const given = { peer: toPeer, ...(sendAs && { sendAs }), ...(scheduleDate && { scheduleDate }) };
  const topicId = Number(topMsgId ?? 0);
  if (topicId === 0) return targetOf(context, me, given);
  const chat = context.world.chat(peerOf(context.world, me, toPeer));
  if (!chat?.forum) throw badRequest('MSG_ID_INVALID');
  if (!chat.topics.has(topicId)) throw badRequest('TOPIC_ID_INVALID');
  const root = new Api.InputReplyToMessage({ replyToMsgId: topicId });
  return targetOf(context, me, { ...given, replyTo: root });
}

function wantedOf(
  { world }: MethodContext,
  me: Account,
  from: PeerId,
  { id: ids, randomId }: Api.messages.ForwardMessages,
): Wanted[] {
  const box = world.chat(from)?.box ?? me.box;
  const wanted = ids.map((id, index) => {
    const known = messageById(box, id);
    const message = known?.peer === from && !known.action ? known : undefined;
    return { id, randomId: randomIdOf(randomId[index]), message };
  });
  if (new Set(wanted.map((each) => each.randomId)).size < wanted.length) {
    throw new RpcError(500, 'RANDOM_ID_DUPLICATE');
  }
  return wanted;
}

/** The answer of an earlier call with the same random_ids; RANDOM_ID_DUPLICATE if that call forwarded only some. */
function earlierForward(
  context: MethodContext,
  call: Call,
  { peer }: SendTarget,
  wanted: readonly Wanted[],
): Sent[] | undefined {
  const sent: Sent[] = [];
  let isNew = false;
  for (const { message: source, randomId } of wanted) {
    const message = earlierSend(context, call, peer, randomId);
    if (message) sent.push({ message, randomId });
    else isNew ||= source !== undefined;
  }
  if (sent.length === 0) return undefined;
  if (isNew) throw new RpcError(500, 'RANDOM_ID_DUPLICATE');
  return sent;
}

function checkProtected(
  { world }: MethodContext,
  me: Account,
  from: PeerId,
  wanted: readonly Wanted[],
): void {
  const isKept = isProtected(world, me, from) || wanted.some(({ message }) => message?.noforwards);
  if (isKept) throw badRequest('CHAT_FORWARDS_RESTRICTED');
}

function checkTarget(
  context: MethodContext,
  me: Account,
  target: SendTarget,
  found: readonly { readonly message: Message }[],
): void {
  const kinds = found.map(({ message: { media } }) => (media ? contentKind(context, media) : 'text'));
  checkRights(context, me, target, kinds);
  const { chat } = target;
  if (found.length > 1 && chat?.slowmodeSeconds && !isAdmin(chat.members.get(me.id))) {
    throw badRequest('SLOWMODE_MULTI_MSGS_DISABLED');
  }
  for (const { message } of found) if (message.media) checkVoters(target, message.media);
}

/** Captions may be dropped, but the text of a message without media may not. */
function contentOf(
  context: MethodContext,
  me: Account,
  message: Message,
  { request, to }: { readonly request: Api.messages.ForwardMessages; readonly to: PeerId },
) {
  const { text, entities, media, invertMedia } = message;
  const isBare = request.dropMediaCaptions && media !== undefined && media.kind !== 'webpage';
  return {
    ...(isBare ? {} : { text, entities }),
    ...keptParts(context, me, message, { withAuthor: !request.dropAuthor }),
    invertMedia,
    ...(request.dropAuthor ? {} : { forward: forwardOf(context.world, me, message, to) }),
  };
}

/** Items of an album that are forwarded together are an album again, under a grouped_id of its own. */
function albumsOf(
  { world }: MethodContext,
  found: readonly { readonly message: Message }[],
): (message: Message) => { readonly groupedId?: bigint } {
  const counts = new Map<bigint, number>();
  for (const { message } of found) {
    if (message.groupedId !== undefined)
      counts.set(message.groupedId, (counts.get(message.groupedId) ?? 0) + 1);
  }
  const made = new Map<bigint, bigint>();
  for (const [groupedId, count] of counts) if (count > 1) made.set(groupedId, world.nextGroupedId());
  return ({ groupedId }) => {
    const album = groupedId === undefined ? undefined : made.get(groupedId);
    return album === undefined ? {} : { groupedId: album };
  };
}
