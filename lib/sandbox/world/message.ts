import type { Checklist } from '../kinds/checklist.js';
import type { Contact } from '../kinds/contact.js';
import type { Dice } from '../kinds/dice.js';
import type { Document, Photo } from '../kinds/files.js';
import type { PaidMedia } from '../kinds/paid-media.js';
import type { Geo, GeoLive, Venue } from '../kinds/places.js';
import type { PollMedia } from '../kinds/poll.js';
import type { RichMessage } from '../kinds/rich-message.js';
import type { Shown } from '../kinds/shown.js';
import type { Story } from '../kinds/story.js';
import type { WebPage } from '../kinds/web-page.js';
import type { Entity } from './entity.js';
import type { PeerId } from './peer-id.js';
import type { GivenReaction } from './reactions.js';
import type { TlData, TlValue } from './tl-data.js';

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
  /** When it was edited last, in Unix time in seconds. */
  readonly editDate?: number;
  /** Oldest first. */
  readonly reactions?: readonly GivenReaction[];
  /** Headings, tables and the like, which stand in place of the text. */
  readonly rich?: RichMessage;
  /**
   * Other fields of TL's message, or of its service message, by the library's names: the sandbox shows them and does
   * nothing with them. They stand in place of what it would show by itself.
   */
  readonly fields?: Readonly<Record<string, TlValue>>;
  /** Applies to this box: a message of a private chat may be pinned for one side only. */
  pinned?: boolean;
}

/** The words of the answered message that a reply quotes, and where they stand in it (in UTF-16 units). */
export interface Quote {
  readonly text: string;
  readonly offset: number;
  readonly entities?: readonly Entity[];
}

/** messageReplyHeader. */
export interface Reply {
  readonly toId: number;
  readonly topId: number | undefined;
  readonly forumTopic: boolean;
  readonly quote: Quote | undefined;
  /** The task of a checklist that is answered, by its id. */
  readonly task?: number;
  /** The answer of a poll that is answered. */
  readonly pollOption?: Buffer;
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
  /** Whether it came from another messenger. */
  readonly imported?: boolean;
  /** For a public service announcement: its kind. */
  readonly psaType?: string;
  /** In Saved Messages: the message that was forwarded there. */
  readonly saved?: SavedFrom;
}

/** saved_from_peer and the other fields of that name. */
export interface SavedFrom {
  readonly peer: PeerId;
  readonly id: number;
  /** Whether the account itself had sent it. */
  readonly out: boolean;
  /** If it was itself a forward: who had forwarded it, by name if they don't let forwards link to their account, and when. */
  readonly by?: { readonly from: PeerId | undefined; readonly name?: string; readonly date: number };
}

/** The media of a message: each kind is a file of `kinds`. */
export type Media =
  | Photo
  | Document
  | Geo
  | GeoLive
  | Venue
  | Contact
  | PollMedia
  | Checklist
  | WebPage
  | Dice
  | PaidMedia
  | Story
  | Shown;

/** The event in a service message. `shown`: one that the sandbox does nothing with, as a MessageAction. */
export type Action =
  | { readonly kind: 'shown'; readonly data: TlData }
  | { readonly kind: 'channelCreate'; readonly title: string }
  | { readonly kind: 'chatCreate'; readonly title: string; readonly users: readonly number[] }
  | { readonly kind: 'chatAddUser'; readonly users: readonly number[] }
  | { readonly kind: 'chatEditTitle'; readonly title: string }
  | { readonly kind: 'chatEditPhoto'; readonly photo: bigint }
  | { readonly kind: 'chatDeletePhoto' }
  /** The message that it answers was pinned. */
  | { readonly kind: 'pinMessage' }
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
