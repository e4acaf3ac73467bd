import { Api } from 'telegram/tl/index.js';
import { addAnswer, deleteAnswer } from '../kinds/open-answers.js';
import { isClosed, type Poll, type PollAnswer, type PollMedia, tlPoll, tlResults } from '../kinds/poll.js';
import { vote } from '../kinds/votes.js';
import { RpcError } from '../rpc.js';
import { toLong } from '../tl.js';
import type { Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import { messagesWithPoll } from '../world/polls.js';
import type { TlData } from '../world/tl-data.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { peerOf } from './peers.js';
import { readingOf } from './reading.js';
import { showingOf } from './showing.js';
import { tlPeer } from './tl-chats.js';
import { newMessage, updates } from './tl-updates.js';

/** Voting, and reading who voted. */
export function pollMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'messages.SendVote': (request: Api.messages.SendVote, call) => sendVote(context, request, call),
      'messages.AddPollAnswer': (request: Api.messages.AddPollAnswer, call) => addTo(context, request, call),
      'messages.DeletePollAnswer': (request: Api.messages.DeletePollAnswer, call) =>
        deleteFrom(context, request, call),
      'messages.GetPollResults': (request: Api.messages.GetPollResults, { me }) =>
        pollUpdates(context, me, pollMessage(context, me, request.peer, Number(request.msgId))),
      'messages.GetPollVotes': (request: Api.messages.GetPollVotes, { me }) =>
        votesList(context, me, request),
    },
  };
}

type PollMessage = Message & { readonly media: PollMedia };

/** MSG_ID_INVALID for a message that the account doesn't see, MESSAGE_ID_INVALID for one without a poll. */
function pollMessage({ world }: MethodContext, me: Account, input: unknown, id: number): PollMessage {
  const message = world.messagesWith(me.id, peerOf(world, me, input)).find((each) => each.id === id);
  if (!message) throw badRequest('MSG_ID_INVALID');
  if (message.media?.kind !== 'poll') throw badRequest('MESSAGE_ID_INVALID');
  return message as PollMessage;
}

/** The vote itself is in kinds/votes; MESSAGE_ID_INVALID without a poll. Its results are pushed to all who see the poll. */
function sendVote(context: MethodContext, request: Api.messages.SendVote, { me, caller }: Call): Api.Updates {
  const { world } = context;
  const message = pollMessage(context, me, request.peer, Number(request.msgId));
  vote(message.media.poll, me.id, request.options, world.nowSeconds());
  world.touch();
  pushResults(context, message.media.poll, { userId: me.id, sessionId: caller.sessionId });
  return pollUpdates(context, me, message);
}

/** See kinds/open-answers; a note says who added what, and MESSAGE_ID_INVALID that a forwarded poll takes no answers. */
function addTo(context: MethodContext, request: Api.messages.AddPollAnswer, call: Call): Api.Updates {
  const message = openPoll(context, call.me, request.peer, Number(request.msgId));
  const { poll } = message.media;
  const answer = addAnswer(readingOf(context, call, message.peer), poll, request.answer);
  return announceAnswer(context, call, message, {
    _: 'MessageActionPollAppendAnswer',
    answer: answerData(answer),
  });
}

function deleteFrom(context: MethodContext, request: Api.messages.DeletePollAnswer, call: Call): Api.Updates {
  const { me } = call;
  const message = openPoll(context, me, request.peer, Number(request.msgId));
  const who = { me: me.id, isAuthor: message.sender === me.id, now: context.world.nowSeconds() };
  const answer = deleteAnswer(message.media.poll, request.option, who);
  return announceAnswer(context, call, message, {
    _: 'MessageActionPollDeleteAnswer',
    answer: answerData(answer),
  });
}

function openPoll(context: MethodContext, me: Account, peer: unknown, id: number): PollMessage {
  const message = pollMessage(context, me, peer, id);
  if (message.forward) throw badRequest('MESSAGE_ID_INVALID');
  return message;
}

function answerData({ text, entities, option, added }: PollAnswer): TlData {
  return {
    _: 'PollAnswer',
    text: { _: 'styled', text, entities },
    option,
    ...(added ? { addedBy: { _: 'peer', id: added.by }, date: added.at } : {}),
  };
}

/** Everybody who sees the poll learns of its answers, and its chat gets a note that replies to it. */
function announceAnswer(
  context: MethodContext,
  { me, caller }: Call,
  message: PollMessage,
  data: TlData,
): Api.Updates {
  const { world } = context;
  world.touch();
  pushResults(context, message.media.poll, { userId: me.id, sessionId: caller.sessionId });
  const note = world.post({
    chat: message.peer,
    from: me.id,
    replyTo: message.id,
    action: { kind: 'shown', data },
    originSession: caller.sessionId,
    ...(message.topicId === undefined ? {} : { topicId: message.topicId }),
  });
  const list = [pollUpdate(context, me, message), newMessage(context, me, note)];
  return updates(context, me, list, [message, note]);
}

/** updateMessagePoll with what this account may see of the poll in this message. */
function pollUpdates(context: MethodContext, me: Account, message: PollMessage): Api.Updates {
  return updates(context, me, [pollUpdate(context, me, message)], [message]);
}

function pollUpdate(context: MethodContext, viewer: Account, message: PollMessage): Api.UpdateMessagePoll {
  const scene = showingOf(context, viewer, message);
  const { poll } = message.media;
  return new Api.UpdateMessagePoll({
    peer: tlPeer(message.peer),
    msgId: message.id,
    pollId: toLong(poll.id),
    poll: tlPoll(scene, poll),
    results: tlResults(scene, poll),
  });
}

/** Sends everybody who sees the poll what they may see of it now. */
export function pushResults(
  context: MethodContext,
  poll: Poll,
  except?: { readonly userId: number; readonly sessionId: bigint },
): void {
  const { world } = context;
  const messages = messagesWithPoll(world.state, poll.id) as PollMessage[];
  for (const account of world.state.accounts.values()) {
    const seen = messages.find((message) => world.messagesWith(account.id, message.peer).includes(message));
    if (!seen || (world.chat(seen.peer) && !world.chat(seen.peer)?.members.has(account.id))) continue;
    const own = except?.userId === account.id ? { sessionId: except.sessionId } : undefined;
    context.pusher().push(account.id, pollUpdates(context, account, seen), own);
  }
}

const MOST_VOTES = 50;

/**
 * Who voted for what, newest first: BROADCAST_FORBIDDEN for an anonymous poll, POLL_VOTE_REQUIRED before the account's
 * own vote or the end.
 */
function votesList(
  context: MethodContext,
  me: Account,
  request: Api.messages.GetPollVotes,
): Api.messages.VotesList {
  const message = pollMessage(context, me, request.peer, Number(request.id));
  const { poll } = message.media;
  const isOpen = isClosed(poll, context.world.nowSeconds()) || poll.votes.has(me.id);
  if (!poll.publicVoters) throw badRequest('BROADCAST_FORBIDDEN');
  if (!isOpen) throw new RpcError(403, 'POLL_VOTE_REQUIRED');
  const wanted = request.option?.toString('hex');
  const all = [...poll.votes].reverse().filter(([, { options }]) => !wanted || options.includes(wanted));
  const from = Number(request.offset ?? 0) || 0;
  const page = all.slice(from, from + Math.min(request.limit, MOST_VOTES));
  const next = from + page.length;
  return new Api.messages.VotesList({
    count: all.length,
    votes: page.map(([voter, { options, at }]) => tlVote(voter, wanted ? [wanted] : options, at)),
    ...new Cast(context.world, me).add(...page.map(([voter]) => voter)).lists(),
    ...(next < all.length ? { nextOffset: String(next) } : {}),
  });
}

function tlVote(voter: number, options: readonly string[], date: number): Api.TypeMessagePeerVote {
  const peer = tlPeer(voter);
  const bytes = options.map((option) => Buffer.from(option, 'hex'));
  const [only] = bytes;
  return bytes.length === 1 && only
    ? new Api.MessagePeerVote({ peer, option: only, date })
    : new Api.MessagePeerVoteMultiple({ peer, options: bytes, date });
}
