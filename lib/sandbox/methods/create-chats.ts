import { Api } from 'telegram/tl/index.js';
import type { Account } from '../world/model.js';
import { channelUpdate } from './channels.js';
import { ABOUT_LENGTH, isInTooMany, TITLE_LENGTH } from './chat-limits.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { userOf } from './peers.js';
import { newMessage, updates } from './tl-updates.js';

/** How many members a basic group may have, its creator included (help.getConfig: chat_size_max). */
const LARGEST_GROUP = 200;

/** Creating channels, supergroups, forums and basic groups. */
export function createMethods(context: MethodContext): MethodGroup {
  return {
    usersOnly: {
      'channels.CreateChannel': (request: Api.channels.CreateChannel, call) =>
        createChannel(context, request, call),
      'messages.CreateChat': (request: Api.messages.CreateChat, call) => createChat(context, request, call),
    },
  };
}

/**
 * core.telegram.org/method/channels.createChannel: `forum` asks for a forum; neither flag makes a broadcast channel.
 * USER_RESTRICTED, CHAT_TITLE_EMPTY, CHAT_ABOUT_TOO_LONG, CHANNELS_TOO_MUCH; CHAT_INVALID for a channel that is to be a
 * group too; ADDRESS_INVALID and TTL_PERIOD_INVALID, since the sandbox has neither places of groups nor messages that
 * delete themselves.
 */
function createChannel(
  context: MethodContext,
  request: Api.channels.CreateChannel,
  { me, caller }: Call,
): Api.TypeUpdates {
  const { about, broadcast, megagroup, forum, geoPoint, address } = request;
  const title = titleOf(me, request);
  if (broadcast && (megagroup || forum)) throw badRequest('CHAT_INVALID');
  if (about.length > ABOUT_LENGTH) throw badRequest('CHAT_ABOUT_TOO_LONG');
  if (geoPoint || address) throw badRequest('ADDRESS_INVALID');
  if (isInTooMany(context.world, me)) throw badRequest('CHANNELS_TOO_MUCH');
  const chat = context.world.createChannel({
    title,
    about,
    creator: me.id,
    megagroup: Boolean(megagroup),
    forum: Boolean(forum),
    originSession: caller.sessionId,
  });
  return channelUpdate(context, me, chat, chat.box?.messages.slice(0, 1) ?? []);
}

/**
 * core.telegram.org/method/messages.createChat. USER_RESTRICTED, CHAT_TITLE_EMPTY, USERS_TOO_FEW, INPUT_USER_DEACTIVATED,
 * CHAT_MEMBER_ADD_FAILED for more members than a group may have, TTL_PERIOD_INVALID.
 */
function createChat(
  context: MethodContext,
  request: Api.messages.CreateChat,
  { me, caller }: Call,
): Api.messages.InvitedUsers {
  const { world } = context;
  const title = titleOf(me, request);
  const others = request.users.map((input) => userOf(world, me, input)).filter(({ id }) => id !== me.id);
  if (others.length === 0) throw badRequest('USERS_TOO_FEW');
  if (others.some(({ deleted }) => deleted)) throw badRequest('INPUT_USER_DEACTIVATED');
  const members = [...new Set(others.map(({ id }) => id))];
  if (members.length >= LARGEST_GROUP) throw badRequest('CHAT_MEMBER_ADD_FAILED');
  const chat = world.createGroup({ title, creator: me.id, members, originSession: caller.sessionId });
  const created = world.messagesWith(me.id, chat.id).slice(-1);
  return new Api.messages.InvitedUsers({
    updates: updates(
      context,
      me,
      created.map((message) => newMessage(context, me, message)),
      created,
    ),
    missingInvitees: [],
  });
}

function titleOf(
  me: Account,
  { title, ttlPeriod }: Pick<Api.channels.CreateChannel, 'title' | 'ttlPeriod'>,
): string {
  if (me.restricted) throw forbidden('USER_RESTRICTED');
  const kept = title.trim().slice(0, TITLE_LENGTH);
  if (kept === '') throw badRequest('CHAT_TITLE_EMPTY');
  if (ttlPeriod) throw badRequest('TTL_PERIOD_INVALID');
  return kept;
}
