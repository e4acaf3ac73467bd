import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { hasRight, isBanned, turnIntoForum } from '../world/chats.js';
import type { Account, Chat, Member } from '../world/model.js';
import { bareId, type PeerId, peerKind } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { Cast } from './cast.js';
import { isInTooMany } from './chat-limits.js';
import { fullPhoto } from './chat-photo.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { channelOf, peerOf, userOf } from './peers.js';
import { present } from './present.js';
import { slowmodeOf } from './slow-mode.js';
import { adminRightsOf, bannedRights, tlChat, tlPeer } from './tl-chats.js';
import { newMessage, updates } from './tl-updates.js';

const LARGEST_LIMIT = 200;

/** Channels, supergroups and forums: describing, creating and changing them and their members. */
export function channelMethods(context: MethodContext): MethodGroup {
  const { world } = context;
  return {
    home: {
      'channels.GetChannels': (request: Api.channels.GetChannels, { me }) =>
        new Api.messages.Chats({
          chats: request.id.map((input) => tlChat(world, me, channelOf(world, me, input))),
        }),
      'channels.GetFullChannel': (request: Api.channels.GetFullChannel, call) =>
        fullChannel(context, request, call),
      'channels.GetParticipant': (request: Api.channels.GetParticipant, call) =>
        participant(context, request, call),
      'channels.GetParticipants': (request: Api.channels.GetParticipants, call) =>
        participants(context, request, call),
      'channels.InviteToChannel': (request: Api.channels.InviteToChannel, call) =>
        invite(context, request, call),
      'channels.LeaveChannel': (request: Api.channels.LeaveChannel, call) => leave(context, request, call),
      'channels.ToggleForum': (request: Api.channels.ToggleForum, call) =>
        toggleForum(context, request, call),
      'channels.ToggleSlowMode': (request: Api.channels.ToggleSlowMode, call) =>
        toggleSlowMode(context, request, call),
      'channels.ReadHistory': (request: Api.channels.ReadHistory, { me }) => {
        me.readUpTo.set(channelOf(world, me, request.channel).id, request.maxId);
        world.touch();
        return true;
      },
      'channels.ReadMessageContents': () => true,
    },
    usersOnly: {
      'channels.JoinChannel': (request: Api.channels.JoinChannel, call) => join(context, request, call),
    },
  };
}

function fullChannel(
  context: MethodContext,
  request: Api.channels.GetFullChannel,
  { me }: Call,
): Api.messages.ChatFull {
  const { world } = context;
  const chat = channelOf(world, me, request.channel);
  const top = chat.box?.messages.at(-1)?.id ?? 0;
  const members = [...chat.members.values()];
  const own = chat.members.get(me.id);
  const admin = own?.role;
  const sendAs = own?.sendAs;
  const linked = linkedTo(world, chat);
  // Members of the basic group keep what was written there.
  const before =
    chat.migratedFrom === undefined ? undefined : world.messagesWith(me.id, chat.migratedFrom).at(-1);
  return new Api.messages.ChatFull({
    fullChat: new Api.ChannelFull(
      present({
        canViewParticipants: chat.kind === 'supergroup' || (admin !== undefined && admin !== 'member'),
        id: toLong(bareId(chat.id)),
        about: chat.about,
        participantsCount: members.length,
        adminsCount: members.filter(({ role }) => role !== 'member').length,
        readInboxMaxId: me.readUpTo.get(chat.id) ?? 0,
        readOutboxMaxId: top,
        unreadCount: 0,
        chatPhoto: fullPhoto(context, chat) ?? new Api.PhotoEmpty({ id: toLong(0) }),
        notifySettings: new Api.PeerNotifySettings({}),
        botInfo: [],
        paidMediaAllowed: chat.paidMedia,
        ...slowmodeOf(context, chat, own),
        defaultSendAs: sendAs === undefined ? undefined : tlPeer(sendAs),
        hiddenPrehistory: chat.hidesPrehistory,
        availableMinId: own?.availableMinId,
        linkedChatId: linked === undefined ? undefined : toLong(bareId(linked)),
        migratedFromChatId: before && toLong(bareId(before.peer)),
        migratedFromMaxId: before?.id,
        pts: chat.box?.pts ?? 0,
      }),
    ),
    ...new Cast(world, me)
      .add(
        chat.id,
        ...(linked === undefined ? [] : [linked]),
        ...(before ? [before.peer] : []),
        ...(sendAs === undefined ? [] : [sendAs]),
      )
      .lists(),
  });
}

/** A channel's discussion group, and the channel of such a group (channelFull.linked_chat_id). */
function linkedTo({ state }: World, { id, discussionOf }: Chat): PeerId | undefined {
  return discussionOf ?? [...state.chats.values()].find((other) => other.discussionOf === id)?.id;
}

/** USER_NOT_PARTICIPANT for strangers. */
function participant(
  { world }: MethodContext,
  request: Api.channels.GetParticipant,
  { me }: Call,
): Api.channels.ChannelParticipant {
  const chat = channelOf(world, me, request.channel);
  const peer = peerOf(world, me, request.participant);
  const member = chat.members.get(peer);
  if (peerKind(peer) !== 'user' || !member) throw badRequest('USER_NOT_PARTICIPANT');
  return new Api.channels.ChannelParticipant({
    participant: tlMember(me, chat, member),
    ...new Cast(world, me).add(chat.id, ...namedWith(chat, member)).lists(),
  });
}

/** A broadcast channel shows its members to admins only: CHAT_ADMIN_REQUIRED. */
function participants(
  { world }: MethodContext,
  request: Api.channels.GetParticipants,
  { me }: Call,
): Api.channels.TypeChannelParticipants {
  const chat = channelOf(world, me, request.channel);
  const own = chat.members.get(me.id);
  if (chat.kind === 'broadcast' && (!own || own.role === 'member')) throw badRequest('CHAT_ADMIN_REQUIRED');
  const listed = [...chat.members.values()].filter((member) =>
    matches(world.account(member.userId), member, request.filter),
  );
  const page = listed
    .slice(Math.max(request.offset, 0))
    .slice(0, Math.min(request.limit || LARGEST_LIMIT, LARGEST_LIMIT));
  return new Api.channels.ChannelParticipants({
    count: listed.length,
    participants: page.map((member) => tlMember(me, chat, member)),
    ...new Cast(world, me).add(chat.id, ...page.flatMap((member) => namedWith(chat, member))).lists(),
  });
}

function matches(
  account: Account | undefined,
  member: Member,
  filter: Api.TypeChannelParticipantsFilter,
): boolean {
  if (filter instanceof Api.ChannelParticipantsAdmins) return member.role !== 'member';
  if (filter instanceof Api.ChannelParticipantsBots) return account?.kind === 'bot';
  if (filter instanceof Api.ChannelParticipantsBanned || filter instanceof Api.ChannelParticipantsKicked) {
    return member.bans.size > 0;
  }
  if (filter instanceof Api.ChannelParticipantsSearch) {
    const text = `${account?.firstName} ${account?.lastName} ${account?.username ?? ''}`;
    return text.toLowerCase().includes(filter.q.toLowerCase());
  }
  return true;
}

/** The accounts that `tlMember` names. */
function namedWith({ creator }: Chat, { userId, inviterId }: Member): number[] {
  return [userId, inviterId, creator];
}

function tlMember(me: Account, chat: Chat, member: Member): Api.TypeChannelParticipant {
  const userId = toLong(member.userId);
  const { date } = member;
  const inviterId = toLong(member.inviterId);
  const adminRights = adminRightsOf(member);
  if (member.role === 'creator' && adminRights)
    return new Api.ChannelParticipantCreator({ userId, adminRights });
  if (adminRights) {
    return new Api.ChannelParticipantAdmin({
      canEdit: chat.creator === me.id,
      self: member.userId === me.id,
      userId,
      inviterId,
      promotedBy: toLong(chat.creator),
      date,
      adminRights,
    });
  }
  if (member.bans.size > 0) {
    return new Api.ChannelParticipantBanned({
      peer: tlPeer(member.userId),
      kickedBy: toLong(chat.creator),
      date,
      bannedRights: bannedRights([...member.bans], 2 ** 31 - 1),
    });
  }
  return member.userId === me.id
    ? new Api.ChannelParticipantSelf({ userId, inviterId, date })
    : new Api.ChannelParticipant({ userId, date });
}

/** That a channel has changed, with new messages of it. */
export function channelUpdate(
  context: MethodContext,
  me: Account,
  chat: Chat,
  messages: Parameters<typeof updates>[3] = [],
): Api.Updates {
  return updates(
    context,
    me,
    [
      new Api.UpdateChannel({ channelId: toLong(bareId(chat.id)) }),
      ...messages.map((message) => newMessage(context, me, message)),
    ],
    messages,
    [chat.id],
  );
}

/**
 * Bots join as members too. USER_ALREADY_PARTICIPANT for a present member, CHAT_ADMIN_REQUIRED without the right,
 * USER_CHANNELS_TOO_MUCH.
 */
function invite(
  context: MethodContext,
  request: Api.channels.InviteToChannel,
  { me }: Call,
): Api.messages.InvitedUsers {
  const { world } = context;
  const chat = channelOf(world, me, request.channel);
  const own = chat.members.get(me.id);
  const may =
    hasRight(own, 'inviteUsers') ||
    (chat.kind === 'supergroup' && own && !isBanned(chat, own, 'inviteUsers'));
  if (!may) throw badRequest('CHAT_ADMIN_REQUIRED');
  for (const input of request.users) {
    const user = userOf(world, me, input);
    if (request.users.length === 1 && chat.members.has(user.id)) throw badRequest('USER_ALREADY_PARTICIPANT');
    if (isInTooMany(world, user)) throw badRequest('USER_CHANNELS_TOO_MUCH');
    world.addMember(chat, user.id, { inviterId: me.id });
  }
  return new Api.messages.InvitedUsers({ updates: channelUpdate(context, me, chat), missingInvitees: [] });
}

/** Channels with a username are open to everybody. USER_ALREADY_PARTICIPANT, CHANNELS_TOO_MUCH. */
function join(
  context: MethodContext,
  request: Api.channels.JoinChannel,
  { me }: Call,
): Api.messages.TypeChatInviteJoinResult {
  const chat = channelOf(context.world, me, request.channel);
  if (chat.members.has(me.id)) throw badRequest('USER_ALREADY_PARTICIPANT');
  if (isInTooMany(context.world, me)) throw badRequest('CHANNELS_TOO_MUCH');
  context.world.addMember(chat, me.id, { inviterId: me.id });
  return new Api.messages.ChatInviteJoinResultOk({ updates: channelUpdate(context, me, chat) });
}

function leave(context: MethodContext, request: Api.channels.LeaveChannel, { me }: Call): Api.TypeUpdates {
  const chat = channelOf(context.world, me, request.channel);
  if (!chat.members.has(me.id)) throw badRequest('USER_NOT_PARTICIPANT');
  if (chat.creator === me.id) throw badRequest('USER_CREATOR');
  context.world.removeMember(chat, me.id);
  return channelUpdate(context, me, chat);
}

function toggleForum(
  context: MethodContext,
  request: Api.channels.ToggleForum,
  { me }: Call,
): Api.TypeUpdates {
  const chat = channelOf(context.world, me, request.channel);
  if (chat.creator !== me.id) throw forbidden('CHAT_ADMIN_REQUIRED');
  if (chat.kind !== 'supergroup') throw badRequest('CHANNEL_INVALID');
  if (chat.forum === request.enabled) throw badRequest('CHAT_NOT_MODIFIED');
  if (request.enabled) turnIntoForum(chat);
  else chat.forum = false;
  context.world.touch();
  return channelUpdate(context, me, chat);
}

function toggleSlowMode(
  context: MethodContext,
  request: Api.channels.ToggleSlowMode,
  { me }: Call,
): Api.TypeUpdates {
  const chat = channelOf(context.world, me, request.channel);
  if (!hasRight(chat.members.get(me.id), 'banUsers')) throw badRequest('CHAT_ADMIN_REQUIRED');
  if (![0, 10, 30, 60, 300, 900, 3600].includes(request.seconds)) throw badRequest('SECONDS_INVALID');
  chat.slowmodeSeconds = request.seconds;
  context.world.touch();
  return channelUpdate(context, me, chat);
}
