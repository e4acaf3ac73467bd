import type { StarsAmount } from './commerce.js';
import type { ForwardHeader, ReplyHeader } from './headers.js';
import type { ImportedKeys } from './imported.js';
import type { ReplyMarkup } from './markup.js';
import type { Media } from './media.js';
import type { Reactions } from './reactions.js';
import type { RichPage } from './rich-page.js';
import type { ServiceAction } from './service.js';
import type { FormattedText } from './text.js';
import type { RawMessage, Unknown } from './unknown.js';

/** The form of documents that this version writes. A change that older readers would misread gets the next number. */
export const DOCUMENT_VERSION = 1;

/**
 * A message as plain JSON, free of TL: everything that a person can see of it. A field that doesn't apply is left out,
 * and a flag is true or absent; nothing is null. Dates are unix seconds: exact, without a zone, and as Telegram itself
 * writes them. Users and chats are marked ids, which Telegram keeps below 2^53; every other 64-bit number is a decimal
 * string, except sizes of files. Bytes are base64.
 */
export type MessageDocument = PostDocument | ServiceDocument | EmptyDocument | UnknownDocument;

interface Head {
  readonly version: typeof DOCUMENT_VERSION;
  readonly id: number;
  /** The message as Telegram sent it; present when the document holds something unknown, or nothing else. */
  readonly raw?: RawMessage;
}

interface DatedHead extends Head {
  readonly chat: number;
  readonly date: number;
  /** Absent only for this account's own messages in private chats when its id isn't known. */
  readonly author?: number;
  /** The topic's root: its id in the chat. General is 1. */
  readonly topic?: number;
  /** The chat of Saved Messages it was saved from, or the user of a channel's direct messages. */
  readonly savedPeer?: number;
  readonly reply?: ReplyHeader<Media>;
  readonly reactions?: Reactions;
  /** After how many seconds it is deleted. */
  readonly ttl?: number;
  readonly imported?: ImportedKeys;
}

/** A message that somebody posted. */
export interface PostDocument extends DatedHead, FormattedText {
  readonly kind: 'message';
  readonly flags: PostFlags;
  readonly media?: Media;
  /** A message of blocks; its `text` may be empty. */
  readonly richMessage?: RichPage;
  readonly editDate?: number;
  /** Messages that share it are one album. */
  readonly album?: string;
  readonly forward?: ForwardHeader;
  readonly viaBot?: number;
  readonly viaBusinessBot?: number;
  readonly viaGuest?: number;
  /** Who signed a channel's post. */
  readonly signature?: string;
  /** The author's title in the group. */
  readonly rank?: string;
  /** How often the author boosted the group. */
  readonly boosts?: number;
  readonly views?: number;
  readonly forwards?: number;
  readonly comments?: Comments;
  readonly markup?: ReplyMarkup;
  readonly restrictions?: readonly Restriction[];
  /** The id of the animation that is played when it arrives. */
  readonly effect?: string;
  readonly factCheck?: FactCheck;
  /** What its author paid to send it. */
  readonly paidStars?: string;
  readonly suggestedPost?: SuggestedPost;
  /** The language from which Telegram can summarise it. */
  readonly summaryLanguage?: string;
  readonly quickReply?: number;
  /** For how many seconds between two sends, when it is a repeated scheduled message. */
  readonly repeatPeriod?: number;
  readonly reportDeliveryUntil?: number;
}

export interface PostFlags {
  /** This account wrote it. */
  readonly out?: true;
  readonly mentioned?: true;
  /** Its voice or video message was not listened to. */
  readonly mediaUnread?: true;
  readonly silent?: true;
  /** A channel's post. */
  readonly post?: true;
  readonly fromScheduled?: true;
  readonly legacy?: true;
  /** It is not shown as edited, in spite of its edit date. */
  readonly editHidden?: true;
  readonly pinned?: true;
  readonly noForwards?: true;
  /** The text or preview stands above the media. */
  readonly invertMedia?: true;
  /** Sent automatically while its author was away. */
  readonly offline?: true;
  readonly videoProcessing?: true;
  /** A suggested post that was paid for in Stars, or in Toncoin. */
  readonly paidPostStars?: true;
  readonly paidPostTon?: true;
}

/** Telegram's note about the chat itself. */
export interface ServiceDocument extends DatedHead {
  readonly kind: 'service';
  readonly flags: ServiceFlags;
  readonly action: ServiceAction<Media>;
}

export interface ServiceFlags
  extends Pick<PostFlags, 'out' | 'mentioned' | 'mediaUnread' | 'silent' | 'post' | 'legacy'> {
  readonly reactionsPossible?: true;
}

/** A message that isn't there: deleted, or never this account's to see. */
export interface EmptyDocument extends Head {
  readonly kind: 'empty';
  readonly chat?: number;
}

/** A message of a constructor that is newer than this version of TelePi. */
export interface UnknownDocument extends Head {
  readonly kind: 'unknown';
  readonly chat?: number;
  readonly unknown: Unknown;
}

/** The comments or the thread below a message. */
export interface Comments {
  readonly count: number;
  /** They are comments on a channel's post, in the discussion group `group`. */
  readonly comments?: true;
  readonly group?: number;
  readonly recent?: readonly number[];
  /** The latest of them. */
  readonly last?: number;
}

/** Where and why Telegram's apps hide the message. */
export interface Restriction {
  readonly platform: string;
  readonly reason: string;
  readonly text: string;
}

export interface FactCheck {
  readonly country?: string;
  /** Absent while it has to be asked for. */
  readonly text?: FormattedText;
  readonly needsCheck?: true;
  readonly hash: string;
}

export interface SuggestedPost {
  readonly price?: StarsAmount;
  readonly date?: number;
  readonly accepted?: true;
  readonly rejected?: true;
}
