import type { FormattedText } from './text.js';
import type { Unknown } from './unknown.js';

/** Where a forwarded message came from. Dates are unix seconds, peers marked ids. */
export interface ForwardHeader {
  /** When the original was sent; absent only where another program's file doesn't say. */
  readonly date?: number;
  /** Its author; absent for somebody who hides their account. */
  readonly from?: number;
  /** The name of an author who hides their account, or of an imported one. */
  readonly fromName?: string;
  /** The original's id, when a channel posted it. */
  readonly post?: number;
  /** Who signed the post. */
  readonly signature?: string;
  readonly imported?: true;
  /** A public service announcement of this kind. */
  readonly announcement?: string;
  readonly saved?: SavedFrom;
}

/** Where a message of Saved Messages was saved from. */
export interface SavedFrom {
  readonly chat?: number;
  readonly message?: number;
  readonly from?: number;
  readonly fromName?: string;
  readonly date?: number;
  /** This account had written it. */
  readonly own?: true;
}

export type ReplyHeader<Media> = MessageReply<Media> | StoryReply | Unknown;

/** A reply to a message. A message that merely stands in a topic has none. */
export interface MessageReply<Media> {
  readonly kind: 'message';
  /** The answered message; absent when it lies where this account can't look. */
  readonly id?: number;
  /** The chat of the answered message, when it is another one. */
  readonly chat?: number;
  /** The root of the thread: a topic, or the post under which people comment. */
  readonly thread?: number;
  /** The author and date of an answered message that lies in another chat. */
  readonly from?: ForwardHeader;
  /** The media of an answered message that lies in another chat. */
  readonly media?: Media;
  readonly quote?: Quote;
  /** The task of a checklist that is answered. */
  readonly task?: number;
  /** The poll's option that is answered, in base64. */
  readonly option?: string;
  /** The id is one of a scheduled message. */
  readonly scheduled?: true;
  /** The id is one of an ephemeral message. */
  readonly ephemeral?: true;
}

export interface Quote extends FormattedText {
  /** Where the quoted text stood in its message, in UTF-16 units. */
  readonly offset?: number;
  /** Somebody chose the text; otherwise Telegram quotes the beginning. */
  readonly chosen?: true;
}

export interface StoryReply {
  readonly kind: 'story';
  readonly peer: number;
  readonly story: number;
}
