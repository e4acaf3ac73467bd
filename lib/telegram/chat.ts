import { Api } from 'telegram/tl/index.js';
import { CHANNEL_MARK } from '../base/marked-id.js';
import { type FormerGroup, isUpgraded } from './former-group.js';
import { toLong } from './long.js';

/** The kinds of chats that a clone distinguishes. */
export type ChatKind = 'user' | 'group' | 'channel' | 'supergroup' | 'forum';

/** The kinds of chats that people know. */
export type ChatType =
  | ChatKind
  | 'bot'
  | 'bot forum'
  | 'deleted account'
  | 'saved messages'
  | 'service notifications'
  | 'replies'
  | 'verification codes'
  | 'deactivated group'
  | 'upgraded group'
  | 'gigagroup'
  | 'direct messages'
  | 'community'
  | 'unknown';

/** A chat that this account can refer to in a request. */
export interface Chat {
  /** Marked: -100… channel, supergroup or forum, -… basic group, positive user. */
  readonly id: number;
  readonly kind: ChatKind;
  readonly type?: ChatType;
  readonly title: string;
  readonly username?: string;
  /** Whether its owner doesn't want content to be copied. */
  readonly noforwards: boolean;
  readonly peer: Api.TypeInputPeer;
  /** The basic group that a supergroup used to be, if that was asked (`resolveChat`). */
  readonly former?: FormerGroup;
  /** Whether this account may post; undefined when only a try would show it. */
  readonly canPost: boolean | undefined;
  /** Whether this account may create topics; undefined when only a try would show it. */
  readonly canManageTopics: boolean | undefined;
  /** Whether this account may edit all topics and therefore post in closed ones; members can't by default. */
  readonly managesTopics: boolean;
  /** Whether this account may pin messages; undefined when only a try would show it. */
  readonly canPin?: boolean | undefined;
  /** Whether this account may change its title, description and photo; undefined when only a try would show it. */
  readonly canChangeInfo?: boolean | undefined;
  /** Whether this account may delete other people's messages for everybody. */
  readonly canDelete?: boolean;
}

/** A chat as the account's list has it; it may be one that can't be referred to or read. */
export interface ListedChat extends Chat {
  readonly type: ChatType;
  /** This account is no longer a member, but can read older messages, or whatever is public. */
  readonly left: boolean;
  /** The supergroup that a basic group has become: only the group's history remains. */
  readonly upgradedTo?: number;
  /** Why nothing in it can be read or written, as the rest of a sentence that begins with the chat. */
  readonly unusable?: string;
}

/** Telegram's own accounts, which nobody can write to: by their ids. */
const OWN_ACCOUNTS: ReadonlyMap<number, ChatType> = new Map([
  [777_000, 'service notifications'],
  [1_271_266_957, 'replies'],
  [489_000, 'verification codes'],
]);

const REMOVED = 'this account was removed from it, or may not see it';
const TOO_LITTLE =
  'Telegram says too little about it to name it: open it once in a Telegram app of this account';

/** Describes a TL user, chat or channel as a chat; one that can't be used comes with the reason. */
export function listedChatOf(entity: Api.TypeUser | Api.TypeChat): ListedChat {
  if (entity instanceof Api.User) return userChat(entity);
  if (entity instanceof Api.Chat) return groupChat(entity);
  if (entity instanceof Api.Channel) return channelChat(entity);
  return outOfReach(entity);
}

/**
 * Whether a description that `listedChatOf` made of a usable user still holds, which costs less than to make another one: a page
 * of a history comes with all its senders.
 */
export function stillDescribes({ title, username, type, peer }: Chat, user: Api.User): boolean {
  return (
    !user.min &&
    peer instanceof Api.InputPeerUser &&
    user.accessHash != null &&
    peer.accessHash.equals(user.accessHash) &&
    title === userTitle(user) &&
    username === usernameOf(user) &&
    type === typeOfUser(user)
  );
}

/** The fields shared by chats that can't be used, and chats of which nothing is known. */
const BLANK = {
  noforwards: false,
  canPost: false,
  canManageTopics: false,
  managesTopics: false,
  left: false,
  peer: new Api.InputPeerEmpty(),
} as const;

function outOfReach(
  entity: Exclude<Api.TypeUser | Api.TypeChat, Api.User | Api.Chat | Api.Channel>,
): ListedChat {
  const id = Number(entity.id);
  if (entity instanceof Api.ChannelForbidden) {
    const { title, monoforum, megagroup } = entity;
    const kind = megagroup ? 'supergroup' : 'channel';
    const type = monoforum ? 'direct messages' : kind;
    return { ...BLANK, id: -CHANNEL_MARK - id, kind, type, title, unusable: REMOVED };
  }
  if (entity instanceof Api.ChatForbidden) {
    return { ...BLANK, id: -id, kind: 'group', type: 'group', title: entity.title, unusable: REMOVED };
  }
  if (entity instanceof Api.Community || entity instanceof Api.CommunityForbidden) {
    const unusable = 'a community has chats but no messages of its own: choose one of its chats';
    // No request names a community by a peer, so it has no marked id.
    return { ...BLANK, id: 0, kind: 'group', type: 'community', title: entity.title, unusable };
  }
  const [kind, marked] =
    entity instanceof Api.UserEmpty ? (['user', id] as const) : (['group', -id] as const);
  return { ...BLANK, id: marked, kind, type: 'unknown', title: 'Unknown', unusable: TOO_LITTLE };
}

function userChat(user: Api.User): ListedChat {
  const id = Number(user.id);
  const username = usernameOf(user);
  // A deleted account keeps its chats; one that came without a hash can be referred to without it.
  const isNamed = user.self || user.accessHash || user.deleted;
  return {
    ...BLANK,
    id,
    kind: 'user',
    type: typeOfUser(user),
    title: userTitle(user),
    ...(username ? { username } : {}),
    peer: user.self
      ? new Api.InputPeerSelf()
      : new Api.InputPeerUser({ userId: user.id, accessHash: user.accessHash ?? toLong(0) }),
    canPost: !user.deleted && !OWN_ACCOUNTS.has(id),
    canPin: true,
    canDelete: true,
    ...(user.min || !isNamed ? { unusable: TOO_LITTLE } : {}),
  };
}

function userTitle(user: Api.User): string {
  if (user.self) return 'Saved Messages';
  if (user.deleted) return 'Deleted Account';
  return [user.firstName, user.lastName].filter(Boolean).join(' ') || 'User';
}

function typeOfUser(user: Api.User): ChatType {
  const own = OWN_ACCOUNTS.get(Number(user.id));
  if (own) return own;
  if (user.self) return 'saved messages';
  if (user.deleted) return 'deleted account';
  if (user.bot) return user.botForumView ? 'bot forum' : 'bot';
  return 'user';
}

/** A group that was left, deactivated or upgraded keeps its history for its former members. */
function groupChat(group: Api.Chat): ListedChat {
  const free = group.creator === true || group.adminRights !== undefined;
  const over = group.deactivated === true || group.left === true;
  return {
    ...BLANK,
    id: -Number(group.id),
    kind: 'group',
    type: groupTypeOf(group),
    title: group.title,
    noforwards: group.noforwards === true,
    peer: new Api.InputPeerChat({ chatId: group.id }),
    canPost: !over && (free || group.defaultBannedRights?.sendMessages !== true),
    canPin: !over && (free || group.defaultBannedRights?.pinMessages !== true),
    canChangeInfo: !over && (free || group.defaultBannedRights?.changeInfo !== true),
    canDelete: free,
    left: group.left === true,
    ...(isUpgraded(group) ? { upgradedTo: -CHANNEL_MARK - Number(group.migratedTo.channelId) } : {}),
  };
}

function groupTypeOf(group: Api.Chat): ChatType {
  if (isUpgraded(group)) return 'upgraded group';
  return group.deactivated ? 'deactivated group' : 'group';
}

function channelChat(channel: Api.Channel): ListedChat {
  const username = usernameOf(channel);
  const unusable = channel.monoforum
    ? "a channel's direct messages can't be cloned: choose the channel itself, or another chat"
    : channel.min && TOO_LITTLE;
  return {
    id: -CHANNEL_MARK - Number(channel.id),
    kind: kindOf(channel),
    type: channelTypeOf(channel),
    title: channel.title,
    ...(username ? { username } : {}),
    noforwards: channel.noforwards === true,
    peer: new Api.InputPeerChannel({ channelId: channel.id, accessHash: channel.accessHash ?? toLong(0) }),
    canPost: mayPost(channel),
    canManageTopics: mayManageTopics(channel),
    managesTopics: channel.creator === true || channel.adminRights?.manageTopics === true,
    canPin: may(channel, 'pinMessages', 'editMessages'),
    canChangeInfo: may(channel, 'changeInfo', 'changeInfo'),
    canDelete: channel.creator === true || channel.adminRights?.deleteMessages === true,
    left: channel.left === true,
    ...(unusable ? { unusable } : {}),
  };
}

function kindOf(channel: Api.Channel): ChatKind {
  if (channel.forum) return 'forum';
  return channel.megagroup || channel.gigagroup ? 'supergroup' : 'channel';
}

function channelTypeOf(channel: Api.Channel): ChatType {
  if (channel.monoforum) return 'direct messages';
  return channel.gigagroup ? 'gigagroup' : kindOf(channel);
}

function mayPost(channel: Api.Channel): boolean | undefined {
  if (channel.creator) return true;
  if (kindOf(channel) === 'channel') return channel.adminRights?.postMessages === true;
  if (channel.adminRights) return true;
  // In a gigagroup only admins write.
  if (channel.gigagroup) return false;
  // A public group may let outsiders write.
  if (channel.left) return channel.joinToSend ? false : undefined;
  return !(channel.bannedRights?.sendMessages || channel.defaultBannedRights?.sendMessages);
}

function mayManageTopics(channel: Api.Channel): boolean | undefined {
  if (!channel.forum) return false;
  if (channel.creator || channel.adminRights?.manageTopics) return true;
  if (channel.left) return undefined;
  return !(channel.bannedRights?.manageTopics || channel.defaultBannedRights?.manageTopics);
}

/** In a channel admins with that right; in a group admins with the right, and others unless that is forbidden. */
function may(
  channel: Api.Channel,
  right: 'pinMessages' | 'changeInfo',
  inChannels: 'editMessages' | 'changeInfo',
): boolean | undefined {
  const { creator, adminRights, bannedRights, defaultBannedRights } = channel;
  if (creator) return true;
  if (kindOf(channel) === 'channel') return adminRights?.[inChannels] === true;
  if (adminRights?.[right]) return true;
  if (channel.left || adminRights) return undefined;
  return !(bannedRights?.[right] || defaultBannedRights?.[right]);
}

function usernameOf({ username, usernames }: Api.User | Api.Channel): string | undefined {
  return username ?? usernames?.find((name) => name.active)?.username;
}
