import { boxWithPast, emptyBox } from './box.js';
import {
  type AdminRight,
  ALL_ADMIN_RIGHTS,
  type Ban,
  type Chat,
  type Member,
  type WorldState,
} from './model.js';
import type { Past } from './past.js';
import { channelPeer, groupPeer, type PeerId } from './peer-id.js';
import { GENERAL_TOPIC, generalTopic } from './topics.js';

export interface ChatOptions {
  readonly title: string;
  /** The account that creates it and becomes its first member. */
  readonly creator: number;
  readonly about?: string;
  readonly username?: string;
  readonly noforwards?: boolean;
  readonly slowmodeSeconds?: number;
  /** What members other than admins may not do. */
  readonly defaultBans?: readonly Ban[];
  /** Unix time in seconds; default: now. */
  readonly date?: number;
}

export interface ChannelOptions extends ChatOptions {
  /** Whether it is a supergroup instead of a broadcast channel. */
  readonly megagroup?: boolean;
  /** A supergroup with topics. */
  readonly forum?: boolean;
  /** A supergroup in which only admins write. */
  readonly gigagroup?: boolean;
  /** A broadcast channel's direct messages. */
  readonly monoforum?: boolean;
  /** Whether posts are signed with their author's name. */
  readonly signatures?: boolean;
  /** Makes a supergroup the discussion group of this channel. */
  readonly discussionOf?: PeerId;
  /** Messages that it has from before, its first service message among them. */
  readonly past?: (chat: PeerId) => Past;
}

/** The chat's bare record: no service message, and no member except its creator. */
export function makeGroup(state: WorldState, options: ChatOptions, now: number): Chat {
  return register(state, makeChat(groupPeer(state.nextGroupId++), 'group', options, now));
}

/** As makeGroup, for broadcast channels, supergroups and forums. */
export function makeChannel(state: WorldState, options: ChannelOptions, now: number): Chat {
  const { megagroup, forum, gigagroup, monoforum } = options;
  const kind = megagroup || forum || gigagroup || monoforum ? 'supergroup' : 'broadcast';
  const made = makeChat(channelPeer(state.nextChannelId++), kind, options, now);
  const chat: Chat = {
    ...made,
    ...(options.past && { box: boxWithPast(options.past(made.id)) }),
    ...(options.discussionOf === undefined ? {} : { discussionOf: options.discussionOf }),
  };
  chat.signatures = options.signatures ?? false;
  if (gigagroup) chat.gigagroup = true;
  if (monoforum) chat.monoforum = true;
  if (options.forum) turnIntoForum(chat);
  return register(state, chat);
}

export function turnIntoForum(chat: Chat): void {
  chat.forum = true;
  if (!chat.topics.has(GENERAL_TOPIC)) chat.topics.set(GENERAL_TOPIC, generalTopic(chat));
}

export function addMember(
  chat: Chat,
  userId: number,
  { inviterId = chat.creator, date }: { inviterId?: number; date: number },
): Member {
  const known = chat.members.get(userId);
  if (known) return known;
  const member: Member = {
    userId,
    inviterId,
    date,
    role: 'member',
    adminRights: new Set(),
    bans: new Set(),
    lastPostMs: undefined,
    ...(chat.hidesPrehistory && { availableMinId: chat.box?.messages.at(-1)?.id ?? 0 }),
  };
  chat.members.set(userId, member);
  return member;
}

export function isAdmin(member: Member | undefined): boolean {
  return member !== undefined && member.role !== 'member';
}

export function hasRight(member: Member | undefined, right: AdminRight): boolean {
  return member?.role === 'creator' || (member?.role === 'admin' && member.adminRights.has(right));
}

/** Whether a member who isn't an admin may not do what `ban` names, by the chat's own rule or the member's. */
export function isBanned(chat: Chat, member: Member | undefined, ban: Ban): boolean {
  if (isAdmin(member)) return false;
  return chat.defaultBans.has(ban) || (member?.bans.has(ban) ?? false);
}

/** Whether the account is in the chat and wasn't removed from it. */
export function isIn(chat: Chat, userId: number): boolean {
  const member = chat.members.get(userId);
  return member !== undefined && !member.bans.has('viewMessages');
}

/** Whether the account has the messages of a basic group: its members, and members who left by themselves. */
export function hasGroup(group: Chat, userId: number): boolean {
  return isIn(group, userId) || (group.leavers?.has(userId) ?? false);
}

/** Whether the account may read the chat: members, and anybody if it has a username. */
export function mayView(chat: Chat, userId: number): boolean {
  if (chat.members.has(userId)) return isIn(chat, userId);
  return chat.kind !== 'group' && chat.username !== undefined;
}

function makeChat(id: number, kind: Chat['kind'], options: ChatOptions, now: number): Chat {
  const date = options.date ?? now;
  const chat: Chat = {
    id,
    kind,
    title: options.title,
    about: options.about ?? '',
    username: options.username,
    creator: options.creator,
    date,
    forum: false,
    noforwards: options.noforwards ?? false,
    signatures: false,
    slowmodeSeconds: options.slowmodeSeconds ?? 0,
    members: new Map(),
    defaultBans: new Set(options.defaultBans ?? []),
    ...(kind === 'group' ? { leavers: new Set<number>() } : {}),
    box: kind === 'group' ? undefined : emptyBox(),
    topics: new Map(),
  };
  const creator = addMember(chat, options.creator, { date });
  creator.role = 'creator';
  creator.adminRights = new Set(ALL_ADMIN_RIGHTS);
  return chat;
}

function register(state: WorldState, chat: Chat): Chat {
  state.chats.set(chat.id, chat);
  return chat;
}
