import type { PeerId } from './peer-id.js';

/** A message as one box holds it. Users and basic groups have a copy in each member's box, each with its own id. */
export interface Message {
  /** Unique within its box. */
  readonly id: number;
  /** The same for all copies of one message; unique in the world. */
  readonly uid: number;
  /** The chat, as the box's owner sees it. */
  readonly peer: PeerId;
  /**
   * The peer that it appears to be from, which may be a group or channel; undefined for posts of a broadcast channel.
   */
  readonly from: PeerId | undefined;
  /** The account that sent it, whoever it appears to be from. */
  readonly sender: number;
  /** Unix time in seconds. */
  readonly date: number;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly media: Media | undefined;
  readonly action: Action | undefined;
  readonly reply: Reply | undefined;
  readonly forward?: Forward;
  /** Root of the forum topic; 1 is General; undefined outside forums. */
  readonly topicId: number | undefined;
  readonly groupedId: bigint | undefined;
  readonly silent: boolean;
  readonly noforwards: boolean;
  readonly invertMedia: boolean;
  /** Applies to this box: a message of a private chat may be pinned for one side only. */
  pinned?: boolean;
}

/** messageReplyHeader. */
export interface Reply {
  readonly toId: number;
  readonly topId: number | undefined;
  readonly forumTopic: boolean;
  readonly quote: { readonly text: string; readonly offset: number } | undefined;
  /** Where the answered message is, if in another chat. In a basic group each member has its own id for it. */
  readonly elsewhere?: { readonly peer: PeerId; readonly uid: number };
}

/** messageFwdHeader: where a forwarded message was first posted, however often it has been forwarded since. */
export interface Forward {
  /** The user, or the group or channel in whose name it was posted; undefined for a user who is only named. */
  readonly from: PeerId | undefined;
  /** The name of a user who doesn't let forwards link to their account. */
  readonly name?: string;
  /** Unix time in seconds. */
  readonly date: number;
  /** For a channel's post: its id there, and the name that signs it. */
  readonly post?: number;
  readonly author?: string;
  /** In Saved Messages: the message that was forwarded there. */
  readonly saved?: SavedFrom;
}

/** saved_from_peer and the other fields of that name. */
export interface SavedFrom {
  readonly peer: PeerId;
  readonly id: number;
  /** Whether the account itself had sent it. */
  readonly out: boolean;
  /** If it was itself a forward: who had forwarded it, and when. */
  readonly by?: { readonly from: PeerId | undefined; readonly date: number };
}

/** A messageEntity; offset and length count UTF-16 units. */
export interface Entity {
  readonly kind: EntityKind;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly userId?: number;
  readonly emojiId?: bigint;
  readonly collapsed?: boolean;
}

export const ENTITY_KINDS = [
  'mention',
  'hashtag',
  'cashtag',
  'botCommand',
  'url',
  'email',
  'phone',
  'bankCard',
  'bold',
  'italic',
  'underline',
  'strike',
  'spoiler',
  'code',
  'pre',
  'textUrl',
  'mentionName',
  'customEmoji',
  'blockquote',
] as const;

export type EntityKind = (typeof ENTITY_KINDS)[number];

/** In Telegram's order: by offset, and the longer first if two begin together. */
export function inOrder(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** The media of a message. Files are known by id; the file store has their facts. */
export type Media =
  | { readonly kind: 'photo'; readonly fileId: bigint; readonly spoiler: boolean }
  | {
      readonly kind: 'document';
      readonly fileId: bigint;
      readonly spoiler: boolean;
      /** The photo that its sender chose as a video's cover. */
      readonly cover?: bigint;
    }
  | { readonly kind: 'geo'; readonly latitude: number; readonly longitude: number }
  | {
      readonly kind: 'venue';
      readonly latitude: number;
      readonly longitude: number;
      readonly title: string;
      readonly address: string;
    }
  | {
      readonly kind: 'contact';
      readonly phone: string;
      readonly firstName: string;
      readonly lastName: string;
      readonly vcard: string;
    }
  | {
      readonly kind: 'poll';
      readonly id: bigint;
      readonly question: string;
      readonly answers: readonly { readonly text: string; readonly option: Buffer }[];
      readonly quiz: boolean;
      readonly multipleChoice: boolean;
      readonly publicVoters: boolean;
    }
  /** A link preview. `layout`: as its sender wants it shown; `manual`: the sender chose the link. */
  | {
      readonly kind: 'webpage';
      readonly url: string;
      readonly layout: 'large' | 'small' | undefined;
      readonly manual: boolean;
    }
  | { readonly kind: 'dice'; readonly emoticon: string; readonly value: number };

/** The event in a service message. */
export type Action =
  | { readonly kind: 'channelCreate'; readonly title: string }
  | { readonly kind: 'chatCreate'; readonly title: string; readonly users: readonly number[] }
  | { readonly kind: 'chatAddUser'; readonly users: readonly number[] }
  | { readonly kind: 'chatEditTitle'; readonly title: string }
  | { readonly kind: 'chatMigrateTo'; readonly channel: PeerId }
  | { readonly kind: 'channelMigrateFrom'; readonly title: string; readonly group: PeerId }
  | {
      readonly kind: 'topicCreate';
      readonly title: string;
      readonly iconColor: number;
      readonly iconEmojiId: bigint | undefined;
    }
  | {
      readonly kind: 'topicEdit';
      readonly title: string | undefined;
      readonly iconEmojiId: bigint | undefined;
      readonly closed: boolean | undefined;
      readonly hidden: boolean | undefined;
    };
