import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import { mayView } from '../world/chats.js';
import type { Account, Chat, Member } from '../world/model.js';
import { bareId, type PeerId, peerKind } from '../world/peer-id.js';
import type { World } from '../world/world.js';
import { present } from './present.js';

const FOR_EVER = 2 ** 31 - 1;

export function tlPeer(peer: PeerId): Api.TypePeer {
  const id = toLong(bareId(peer));
  switch (peerKind(peer)) {
    case 'user':
      return new Api.PeerUser({ userId: id });
    case 'group':
      return new Api.PeerChat({ chatId: id });
    case 'channel':
      return new Api.PeerChannel({ channelId: id });
  }
}

/** A user as `viewer` sees it: the access_hash is the viewer's own. */
export function tlUser(world: World, viewer: Account, user: Account): Api.User {
  const self = user.id === viewer.id;
  const named = { id: toLong(user.id), accessHash: toLong(world.accessHash(viewer.id, user.id)) };
  if (user.deleted) return new Api.User({ ...named, deleted: true });
  if (viewer.littleKnown?.has(user.id)) {
    return new Api.User({ ...named, min: true, firstName: user.firstName });
  }
  const contact = viewer.contacts.has(user.id);
  return new Api.User(
    present({
      self,
      contact,
      mutualContact: contact && user.contacts.has(viewer.id),
      bot: user.kind === 'bot',
      premium: user.premium,
      ...named,
      firstName: user.firstName,
      lastName: user.lastName || undefined,
      username: user.username,
      phone: self || contact ? user.phone : undefined,
      status: user.kind === 'bot' ? undefined : new Api.UserStatusRecently({}),
      botInfoVersion: user.kind === 'bot' ? 1 : undefined,
      botForumView: user.botForum,
    }),
  );
}

/** A basic group, channel or supergroup as `viewer` sees it. */
export function tlChat(world: World, viewer: Account, chat: Chat): Api.TypeChat {
  if (chat.kind === 'group') return tlGroup(world, viewer, chat);
  const accessHash = toLong(world.accessHash(viewer.id, chat.id));
  const megagroup = chat.kind === 'supergroup';
  if (!mayView(chat, viewer.id)) {
    return new Api.ChannelForbidden({
      broadcast: !megagroup,
      megagroup,
      ...(chat.monoforum ? { monoforum: true } : {}),
      id: toLong(bareId(chat.id)),
      accessHash,
      title: chat.title,
    });
  }
  const member = chat.members.get(viewer.id);
  return new Api.Channel(
    present({
      creator: chat.creator === viewer.id,
      left: member === undefined,
      broadcast: !megagroup,
      megagroup,
      gigagroup: chat.gigagroup,
      monoforum: chat.monoforum,
      signatures: chat.signatures,
      slowmodeEnabled: chat.slowmodeSeconds > 0,
      noforwards: chat.noforwards,
      forum: chat.forum,
      id: toLong(bareId(chat.id)),
      accessHash,
      title: chat.title,
      username: chat.username,
      photo: shownPhoto(chat),
      date: member?.date ?? chat.date,
      adminRights: adminRightsOf(member),
      bannedRights: member && member.bans.size > 0 ? bannedRights([...member.bans], FOR_EVER) : undefined,
      defaultBannedRights: megagroup ? bannedRights([...chat.defaultBans], FOR_EVER) : undefined,
      participantsCount: chat.members.size,
    }),
  );
}

function shownPhoto({ photo }: Chat): Api.TypeChatPhoto {
  if (photo === undefined) return new Api.ChatPhotoEmpty();
  return new Api.ChatPhoto({ photoId: toLong(photo.id), dcId: photo.dcId });
}

export function bannedRights(bans: readonly string[], untilDate: number): Api.ChatBannedRights {
  return new Api.ChatBannedRights({ ...Object.fromEntries(bans.map((ban) => [ban, true])), untilDate });
}

export function adminRightsOf(member: Member | undefined): Api.ChatAdminRights | undefined {
  if (!member || member.role === 'member') return undefined;
  return new Api.ChatAdminRights(Object.fromEntries([...member.adminRights].map((right) => [right, true])));
}

function tlGroup(world: World, viewer: Account, chat: Chat): Api.TypeChat {
  const member = chat.members.get(viewer.id);
  if (!member && !chat.leavers?.has(viewer.id))
    return new Api.ChatForbidden({ id: toLong(bareId(chat.id)), title: chat.title });
  return new Api.Chat(
    present({
      creator: chat.creator === viewer.id,
      left: member === undefined,
      deactivated: chat.deactivated || chat.migratedTo !== undefined,
      noforwards: chat.noforwards,
      id: toLong(bareId(chat.id)),
      title: chat.title,
      photo: shownPhoto(chat),
      participantsCount: chat.migratedTo === undefined ? chat.members.size : 0,
      migratedTo:
        chat.migratedTo === undefined
          ? undefined
          : new Api.InputChannel({
              channelId: toLong(bareId(chat.migratedTo)),
              accessHash: toLong(world.accessHash(viewer.id, chat.migratedTo)),
            }),
      date: member?.date ?? chat.date,
      version: chat.members.size,
      adminRights: adminRightsOf(member),
      defaultBannedRights: bannedRights([...chat.defaultBans], FOR_EVER),
    }),
  );
}
