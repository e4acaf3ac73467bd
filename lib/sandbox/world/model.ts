import type { Box } from './box.js';
import type { CodeWay } from './code-way.js';
import type { HistoryImport } from './history-import.js';
import type { PeerId } from './peer-id.js';
import type { AllowedReactions } from './reactions.js';
import type { TlData } from './tl-data.js';

/** The whole state of the world, as plain data: `--state` saves it. */
export interface WorldState {
  /** The key from which access hashes are computed. */
  readonly secret: Buffer;
  nextUserId: number;
  nextGroupId: number;
  nextChannelId: number;
  nextUid: number;
  nextGroupedId: bigint;
  /** api_hash by api_id. */
  readonly apps: Map<number, string>;
  readonly accounts: Map<number, Account>;
  readonly chats: Map<PeerId, Chat>;
  /** Stories as StoryItems, by owner and id. */
  stories?: Map<PeerId, Map<number, TlData>>;
  /** Histories of other messengers that are on their way into chats. */
  imports?: Map<bigint, HistoryImport>;
}

/** A user or a bot. */
export interface Account {
  readonly id: number;
  readonly kind: 'user' | 'bot';
  firstName: string;
  lastName: string;
  username: string | undefined;
  /** Digits only. */
  readonly phone: string | undefined;
  /** The code that auth.signIn accepts. */
  readonly code: string;
  /** The ways in which the code is sent, in order; default: by SMS, then by a call. */
  readonly codeWays?: readonly CodeWay[];
  readonly botToken: string | undefined;
  password: Password | undefined;
  premium: boolean;
  /** How many seconds its clock is ahead of UTC: histories that it imports are read by it. Default: 0. */
  utcOffset?: number;
  /** A zone of the IANA's list by whose clocks they are read instead. */
  zone?: string;
  banned: boolean;
  /** Others have reported it for spam: it creates no chats. */
  restricted?: boolean;
  /** Its owner has deleted it: others see a nameless account, and keep its messages. */
  deleted?: boolean;
  /** Forwards of its messages name it without a link to it (its privacy setting for forwards). */
  hidesForwards?: boolean;
  /** The users with whom it protects what is written between them. */
  protects?: Set<PeerId>;
  /** A bot that shows its chat as a forum. */
  botForum?: boolean;
  /** The dialogs in the archive. */
  archived?: Set<PeerId>;
  /** Users of whom this account receives only a few fields (`min`). */
  littleKnown?: Set<number>;
  /** Communities among its dialogs. */
  communities?: readonly Community[];
  /** The DC that the account lives on. */
  readonly dcId: number;
  readonly contacts: Set<number>;
  readonly pinnedDialogs: PeerId[];
  /** The last id read, by dialog. */
  readonly readUpTo: Map<PeerId, number>;
  /** The messages of users and basic groups. */
  readonly box: Box;
  /** The id that each random_id became, by peer: the latest one, if it was forgotten and sent again. */
  readonly randomIds: Map<PeerId, Map<bigint, number>>;
}

/** A set of chats that belong together. It has no messages of its own. */
export interface Community {
  readonly id: number;
  readonly title: string;
  readonly forbidden?: boolean;
}

/** Two-step verification, as the server keeps it: the verifier g^x mod p, never the password. */
export interface Password {
  readonly salt1: Buffer;
  readonly salt2: Buffer;
  readonly verifier: Buffer;
  readonly hint: string;
}

export type ChatKind = 'group' | 'broadcast' | 'supergroup';

/** A basic group, a broadcast channel or a supergroup. */
export interface Chat {
  readonly id: PeerId;
  readonly kind: ChatKind;
  title: string;
  about: string;
  /** The file of its photo, and the DC on which that is. */
  photo?: { readonly id: bigint; readonly dcId: number };
  username: string | undefined;
  readonly creator: number;
  /** Unix time in seconds. */
  readonly date: number;
  forum: boolean;
  noforwards: boolean;
  signatures: boolean;
  /** A supergroup in which only admins write. */
  gigagroup?: boolean;
  /** The direct messages of a broadcast channel. */
  monoforum?: boolean;
  /** Whether posts of a broadcast channel may ask for Stars. */
  paidMedia?: boolean;
  /** For a basic group: nobody can write any more; its members keep its messages. */
  deactivated?: boolean;
  /** For a basic group: members who left by themselves, and keep their messages. */
  readonly leavers?: Set<number>;
  /** For a discussion group: the channel whose posts are commented there. */
  readonly discussionOf?: PeerId;
  /** For a supergroup: who joins now doesn't see what was written before. */
  hidesPrehistory?: boolean;
  /** Default: everything in groups, any emoji in channels. */
  reactions?: AllowedReactions;
  /** Seconds between two messages of one member who isn't an admin; 0: off. */
  slowmodeSeconds: number;
  readonly members: Map<number, Member>;
  /** What members other than admins may not do. */
  readonly defaultBans: Set<Ban>;
  /** The messages of a channel or supergroup; a basic group's are in its members' boxes. */
  readonly box: Box | undefined;
  /** By the id of the topic's root. General is 1. */
  readonly topics: Map<number, Topic>;
  /** For a basic group: the supergroup that it has become. It accepts no messages any more. */
  migratedTo?: PeerId;
  /** For a supergroup: the basic group that it used to be, whose history its members keep. */
  migratedFrom?: PeerId;
}

export interface Member {
  readonly userId: number;
  readonly inviterId: number;
  /** Unix time in seconds. */
  readonly date: number;
  role: 'creator' | 'admin' | 'member';
  adminRights: Set<AdminRight>;
  readonly bans: Set<Ban>;
  /** The title next to an admin's name. */
  rank?: string;
  /** The peer that messages appear to be from by default: messages.saveDefaultSendAs. */
  sendAs?: PeerId;
  /** When the member last posted, in milliseconds; for slow mode. */
  lastPostMs: number | undefined;
  /** The last message of the channel that the member doesn't see: it joined later, or has cleared its history up to there. */
  availableMinId?: number;
}

export interface Topic {
  readonly id: number;
  title: string;
  readonly iconColor: number;
  iconEmojiId: bigint | undefined;
  closed: boolean;
  pinned: boolean;
  /** Pinned topics with a lower number come first; those without one, last. */
  pinOrder?: number;
  hidden: boolean;
  deleted: boolean;
  readonly creator: number;
  /** Unix time in seconds. */
  readonly date: number;
}

/** The chatAdminRights that matter here. */
export type AdminRight =
  | 'changeInfo'
  | 'postMessages'
  | 'editMessages'
  | 'deleteMessages'
  | 'banUsers'
  | 'inviteUsers'
  | 'pinMessages'
  | 'addAdmins'
  | 'manageTopics'
  | 'anonymous'
  | 'other';

/** All except being anonymous, which is a choice. */
export const ALL_ADMIN_RIGHTS: readonly AdminRight[] = [
  'changeInfo',
  'postMessages',
  'editMessages',
  'deleteMessages',
  'banUsers',
  'inviteUsers',
  'pinMessages',
  'addAdmins',
  'manageTopics',
  'other',
];

/** The chatBannedRights that matter here. */
export type Ban =
  | 'viewMessages'
  | 'sendMessages'
  | 'sendMedia'
  | 'sendStickers'
  | 'sendGifs'
  | 'sendPolls'
  | 'sendPhotos'
  | 'sendVideos'
  | 'sendRoundvideos'
  | 'sendAudios'
  | 'sendVoices'
  | 'sendDocs'
  | 'sendPlain'
  | 'embedLinks'
  | 'manageTopics'
  | 'inviteUsers'
  | 'changeInfo'
  | 'pinMessages';
