import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { type Box, type Change, messageById } from '../world/box.js';
import { isIn } from '../world/chats.js';
import type { Message } from '../world/message.js';
import type { Account, Chat } from '../world/model.js';
import { bareId } from '../world/peer-id.js';
import { Cast } from './cast.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { channelOf } from './peers.js';
import { present } from './present.js';
import { tlPeer } from './tl-chats.js';
import { tlMessage } from './tl-messages.js';
import { changeUpdate, namedIn } from './tl-updates.js';

/** How many changes are in one slice of updates.getDifference. */
const SLICE = 100;
/** After more changes of an account than this, updates.differenceTooLong is returned. */
const TOO_LONG = 10_000;
/** The same for one channel. */
const CHANNEL_TOO_LONG = 1000;

/** updates.*: the changes that a client missed. */
export function updateMethods(context: MethodContext): MethodGroup {
  return {
    home: {
      'updates.GetState': (_request: Api.updates.GetState, { me }) => stateOf(context, me),
      'updates.GetDifference': (request: Api.updates.GetDifference, call) =>
        getDifference(context, request, call),
      'updates.GetChannelDifference': (request: Api.updates.GetChannelDifference, call) =>
        getChannelDifference(context, request, call),
    },
  };
}

export function stateOf({ world }: MethodContext, me: Account): Api.updates.State {
  return new Api.updates.State({ pts: me.box.pts, qts: 0, date: world.nowSeconds(), seq: 0, unreadCount: 0 });
}

function getDifference(
  context: MethodContext,
  request: Api.updates.GetDifference,
  { me }: Call,
): Api.updates.TypeDifference {
  const { pts, date } = request;
  if (pts < 1 || pts > me.box.pts) throw badRequest('PERSISTENT_TIMESTAMP_INVALID');
  const missed = changesSince(me.box, pts);
  const stale = channelsChangedSince(context, me, date);
  if (missed.length === 0 && stale.length === 0) {
    return new Api.updates.DifferenceEmpty({ date: context.world.nowSeconds(), seq: 0 });
  }
  const total = Math.min(request.ptsTotalLimit ?? TOO_LONG, TOO_LONG);
  if (missed.length > total) return new Api.updates.DifferenceTooLong({ pts: me.box.pts });
  const limit = Math.min(request.ptsLimit ?? SLICE, SLICE);
  const slice = missed.slice(0, limit);
  const messages = messagesOf(me.box, slice);
  const others = otherChanges(context, me, undefined, slice);
  const content = {
    newMessages: messages.map((message) => tlMessage(context, me, message)),
    newEncryptedMessages: [],
    otherUpdates: [
      ...others.list,
      ...stale.map(
        ({ id, box }) =>
          new Api.UpdateChannelTooLong(present({ channelId: toLong(bareId(id)), pts: box?.pts })),
      ),
    ],
    ...new Cast(context.world, me)
      .add(...stale.map(({ id }) => id), ...others.peers)
      .addMessages([...messages, ...others.messages])
      .lists(),
  };
  const state = stateOf(context, me);
  if (slice.length === missed.length) return new Api.updates.Difference({ ...content, state });
  state.pts = slice.at(-1)?.pts ?? pts;
  return new Api.updates.DifferenceSlice({ ...content, intermediateState: state });
}

function getChannelDifference(
  context: MethodContext,
  request: Api.updates.GetChannelDifference,
  { me }: Call,
): Api.updates.TypeChannelDifference {
  const chat = channelOf(context.world, me, request.channel);
  const { box } = chat;
  if (!box) throw badRequest('CHANNEL_INVALID');
  if (request.pts < 1 || request.pts > box.pts) throw badRequest('PERSISTENT_TIMESTAMP_INVALID');
  const missed = changesSince(box, request.pts);
  if (missed.length === 0) return new Api.updates.ChannelDifferenceEmpty({ final: true, pts: box.pts });
  if (missed.length > CHANNEL_TOO_LONG) return channelTooLong(context, me, chat, box);
  const slice = missed.slice(0, Math.min(request.limit > 0 ? request.limit : SLICE, SLICE));
  const messages = messagesOf(box, slice);
  const others = otherChanges(context, me, chat, slice);
  return new Api.updates.ChannelDifference({
    final: slice.length === missed.length,
    pts: slice.at(-1)?.pts ?? box.pts,
    newMessages: messages.map((message) => tlMessage(context, me, message)),
    otherUpdates: others.list,
    ...new Cast(context.world, me)
      .add(chat.id)
      .addMessages([...messages, ...others.messages])
      .lists(),
  });
}

function channelTooLong(
  context: MethodContext,
  me: Account,
  chat: Chat,
  box: Box,
): Api.updates.ChannelDifferenceTooLong {
  const newest = box.messages.slice(-20).reverse();
  const top = newest[0]?.id ?? 0;
  return new Api.updates.ChannelDifferenceTooLong({
    final: true,
    dialog: new Api.Dialog({
      peer: tlPeer(chat.id),
      topMessage: top,
      readInboxMaxId: me.readUpTo.get(chat.id) ?? 0,
      readOutboxMaxId: top,
      unreadCount: 0,
      unreadMentionsCount: 0,
      unreadReactionsCount: 0,
      unreadPollVotesCount: 0,
      notifySettings: new Api.PeerNotifySettings({}),
      pts: box.pts,
    }),
    messages: newest.map((message) => tlMessage(context, me, message)),
    ...new Cast(context.world, me).add(chat.id).addMessages(newest).lists(),
  });
}

function changesSince(box: Box, pts: number): Change[] {
  return box.changes.filter((change) => change.pts > pts);
}

function messagesOf(box: Box, changes: readonly Change[]): Message[] {
  return changes.flatMap((change) =>
    change.kind === 'new' ? (messageById(box, change.messageId) ?? []) : [],
  );
}

/** The changes other than new messages, as updates, with what they name. */
function otherChanges(
  context: MethodContext,
  me: Account,
  channel: Chat | undefined,
  changes: readonly Change[],
) {
  const list = changes.flatMap((change) => changeUpdate(context, me, channel, change) ?? []);
  const named = changes.map((change) => namedIn(me, channel, change));
  return {
    list,
    messages: named.flatMap(({ messages }) => messages),
    peers: named.flatMap(({ peers }) => peers),
  };
}

/** The member's channels that changed after `date` (Unix time in seconds): each has its own difference to ask for. */
function channelsChangedSince({ world }: MethodContext, me: Account, date: number): Chat[] {
  return [...world.state.chats.values()].filter(
    (chat) => isIn(chat, me.id) && (chat.box?.changes.at(-1)?.at ?? 0) > date,
  );
}
