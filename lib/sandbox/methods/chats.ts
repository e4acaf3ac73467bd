import { Api } from 'telegram/tl/index.js';
import { fromLong, type Long, toLong } from '../tl.js';
import { hasGroup } from '../world/chats.js';
import type { Account, Chat } from '../world/model.js';
import { bareId, groupPeer } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { Cast } from './cast.js';
import { fullPhoto } from './chat-photo.js';
import { badRequest, type Call, forbidden, type MethodContext, type MethodGroup } from './context.js';
import { groupOf, peerOf } from './peers.js';
import { tlChat } from './tl-chats.js';
import { newMessage, updates } from './tl-updates.js';

/** Basic groups, and calls that clients make in any chat while they read. */
export function chatMethods(context: MethodContext): MethodGroup {
  const { world } = context;
  const nothingChanged = (me: Call['me']) =>
    new Api.messages.AffectedMessages({ pts: me.box.pts, ptsCount: 0 });
  return {
    home: {
      'messages.GetChats': (request: Api.messages.GetChats, { me }) =>
        new Api.messages.Chats({
          chats: request.id.map((id) => tlChat(world, me, knownGroup(world, me, id))),
        }),
      'messages.GetFullChat': (request: Api.messages.GetFullChat, call) => fullChat(context, request, call),
      'messages.SetTyping': (request: Api.messages.SetTyping, { me }) => {
        peerOf(world, me, request.peer);
        return true;
      },
      'messages.GetPeerSettings': (request: Api.messages.GetPeerSettings, { me }) =>
        new Api.messages.PeerSettings({
          settings: new Api.PeerSettings({}),
          ...new Cast(world, me).add(peerOf(world, me, request.peer)).lists(),
        }),
    },
    usersOnly: {
      'messages.MigrateChat': (request: Api.messages.MigrateChat, call) =>
        migrateChat(context, request, call),
      'messages.ReadHistory': (request: Api.messages.ReadHistory, { me }) => {
        me.readUpTo.set(peerOf(world, me, request.peer), request.maxId);
        world.touch();
        return nothingChanged(me);
      },
      'messages.ReadMessageContents': (_request: Api.messages.ReadMessageContents, { me }) =>
        nothingChanged(me),
      'messages.ReadDiscussion': (request: Api.messages.ReadDiscussion, { me }) => {
        peerOf(world, me, request.peer);
        return true;
      },
      'messages.GetMessagesViews': (request: Api.messages.GetMessagesViews, { me }) => {
        peerOf(world, me, request.peer);
        return new Api.messages.MessageViews({
          views: request.id.map(() => new Api.MessageViews({ views: 1 })),
          chats: [],
          users: [],
        });
      },
    },
  };
}

/** A removed member still learns that the group exists, as chatForbidden. CHAT_ID_INVALID. */
function knownGroup(world: World, me: Account, chatId: Long): Chat {
  const chat = world.chat(groupPeer(Number(fromLong(chatId))));
  const known = chat && (hasGroup(chat, me.id) || world.messagesWith(me.id, chat.id).length > 0);
  if (chat?.kind !== 'group' || !known) throw badRequest('CHAT_ID_INVALID');
  return chat;
}

function fullChat(
  context: MethodContext,
  request: Api.messages.GetFullChat,
  { me }: Call,
): Api.messages.ChatFull {
  const { world } = context;
  const chat = groupOf(world, me, request.chatId);
  const chatPhoto = fullPhoto(context, chat);
  return new Api.messages.ChatFull({
    fullChat: new Api.ChatFull({
      id: toLong(bareId(chat.id)),
      about: chat.about,
      participants: new Api.ChatParticipants({
        chatId: toLong(bareId(chat.id)),
        participants: [...chat.members.values()].map(({ userId, inviterId, date, role }) => {
          const ids = { userId: toLong(userId), inviterId: toLong(inviterId), date };
          if (role === 'creator') return new Api.ChatParticipantCreator({ userId: ids.userId });
          return role === 'admin' ? new Api.ChatParticipantAdmin(ids) : new Api.ChatParticipant(ids);
        }),
        version: chat.members.size,
      }),
      notifySettings: new Api.PeerNotifySettings({}),
      ...(chatPhoto && { chatPhoto }),
    }),
    ...new Cast(world, me)
      .add(chat.id, ...[...chat.members.values()].flatMap(({ userId, inviterId }) => [userId, inviterId]))
      .lists(),
  });
}

/** Only for its creator: otherwise CHAT_ADMIN_REQUIRED. PEER_ID_INVALID for a group that is a supergroup already. */
function migrateChat(
  context: MethodContext,
  request: Api.messages.MigrateChat,
  { me, caller }: Call,
): Api.TypeUpdates {
  const { world } = context;
  const group = groupOf(world, me, request.chatId);
  if (group.migratedTo !== undefined) throw badRequest('PEER_ID_INVALID');
  if (group.creator !== me.id) throw forbidden('CHAT_ADMIN_REQUIRED');
  const channel = world.upgradeGroup(group, caller.sessionId);
  const messages = [...world.messagesWith(me.id, group.id).slice(-1), ...(channel.box?.messages ?? [])];
  return updates(
    context,
    me,
    [
      new Api.UpdateChannel({ channelId: toLong(bareId(channel.id)) }),
      ...messages.map((message) => newMessage(context, me, message)),
    ],
    messages,
  );
}
