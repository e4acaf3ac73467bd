import { Api } from 'telegram/tl/index.js';
import { RpcError } from '../rpc.js';
import { fromLong } from '../tl.js';
import { pageOf } from '../world/history.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { PeerId } from '../world/peer-id.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { messagesAnswer, threadOf } from './messages-history.js';
import { peerOf } from './peers.js';
import { readReaction } from './reaction-rules.js';
import { filterOf, wordsOf } from './search-filters.js';

/** Searching the messages of a chat, or of all private chats and basic groups. */
export function searchMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.Search': (request: Api.messages.Search, call) => search(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/messages.search: what is found, newest first, paged as a history, with the number of all
 * that was found. Dates exclude their own second. SEARCH_QUERY_EMPTY without anything to search for, INPUT_FILTER_INVALID,
 * FROM_PEER_INVALID, INPUT_USER_DEACTIVATED, MSG_ID_INVALID for a thread that doesn't exist, and PEER_ID_NOT_SUPPORTED for
 * what only Saved Messages have.
 */
function search(
  context: MethodContext,
  request: Api.messages.Search,
  { me }: Call,
): Api.messages.TypeMessages {
  const { world } = context;
  const { q, filter, fromId, topMsgId, minDate, maxDate } = request;
  const peer = request.peer instanceof Api.InputPeerEmpty ? undefined : peerOf(world, me, request.peer);
  const isPlain = filter instanceof Api.InputMessagesFilterEmpty && q.trim() === '';
  const isNarrow = fromId || topMsgId || request.savedPeerId || request.savedReaction?.length;
  if (isPlain && !isNarrow) throw badRequest('SEARCH_QUERY_EMPTY');
  const tests = [
    filterOf(context, me, filter),
    senderOf(context, me, fromId),
    ...savedOf(context, me, peer, request),
    containing(context, q),
    ({ date }: Message) => (minDate <= 0 || date > minDate) && (maxDate <= 0 || date < maxDate),
  ];
  const found = searched(context, me, peer, Number(topMsgId ?? 0)).filter((message) =>
    tests.every((fits) => fits(message)),
  );
  const page = pageOf(found, { ...request, offsetDate: 0 });
  return messagesAnswer(context, me, peer, page, fromLong(request.hash));
}

type Fits = (message: Message) => boolean;

function searched(
  context: MethodContext,
  me: Account,
  peer: PeerId | undefined,
  topMsgId: number,
): readonly Message[] {
  if (peer === undefined) return me.box.messages;
  if (topMsgId <= 0) return context.world.messagesWith(me.id, peer);
  if (!context.world.chat(peer)?.box) throw badRequest('MSG_ID_INVALID');
  return threadOf(context, peer, topMsgId);
}

/** Every word of the query is somewhere in the message's words. Without a query, everything fits. */
function containing(context: MethodContext, q: string): Fits {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (message) => {
    if (message.action) return false;
    const said = wordsOf(context, message).toLowerCase();
    return words.every((word) => said.includes(word));
  };
}

function senderOf({ world }: MethodContext, me: Account, fromId: Api.messages.Search['fromId']): Fits {
  if (!fromId) return () => true;
  const from = namedSender(() => peerOf(world, me, fromId));
  if (world.account(from)?.deleted) throw badRequest('INPUT_USER_DEACTIVATED');
  return (message) => message.from === from;
}

function namedSender(name: () => PeerId): PeerId {
  try {
    return name();
  } catch (error) {
    if (error instanceof RpcError) throw badRequest('FROM_PEER_INVALID');
    throw error;
  }
}

/** The chat from which a message was saved, and the tags that it has. */
function savedOf(
  { world }: MethodContext,
  me: Account,
  peer: PeerId | undefined,
  { savedPeerId, savedReaction }: Api.messages.Search,
): Fits[] {
  if (!savedPeerId && !savedReaction?.length) return [];
  if (peer !== me.id) throw badRequest('PEER_ID_NOT_SUPPORTED');
  const from = savedPeerId ? peerOf(world, me, savedPeerId) : undefined;
  const tags = (savedReaction ?? []).map(readReaction);
  return [
    ({ forward }) => from === undefined || (forward?.saved?.peer ?? me.id) === from,
    ({ reactions = [] }) => tags.every((tag) => reactions.some(({ reaction }) => reaction === tag)),
  ];
}
