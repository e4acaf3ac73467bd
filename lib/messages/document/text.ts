import type { Unknown } from './unknown.js';

/** A text with its formatting. Offsets and lengths are UTF-16 units and never lead outside the text. */
export interface FormattedText {
  readonly text: string;
  /** In Telegram's order. They may overlap, and one may be nested in another. */
  readonly entities: readonly Entity[];
}

/** A piece of a text, in UTF-16 units. */
interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Formatting without details; mentions, hashtags, links and the like were found in the text by the server. */
export interface PlainEntity extends Span {
  readonly kind:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strikethrough'
    | 'spoiler'
    | 'code'
    | 'mention'
    | 'hashtag'
    | 'cashtag'
    | 'bot_command'
    | 'link'
    | 'email'
    | 'phone'
    | 'bank_card'
    | 'diff_insert'
    | 'diff_delete';
}

export interface PreEntity extends Span {
  readonly kind: 'pre';
  /** May be empty. */
  readonly language: string;
}

export interface BlockquoteEntity extends Span {
  readonly kind: 'blockquote';
  readonly collapsed?: true;
}

/** A text that leads to another address than it shows. */
export interface TextLinkEntity extends Span {
  readonly kind: 'text_link';
  readonly url: string;
}

/** A mention of a user without an @name. */
export interface MentionNameEntity extends Span {
  readonly kind: 'mention_name';
  readonly user: number;
}

export interface CustomEmojiEntity extends Span {
  readonly kind: 'custom_emoji';
  /** The id of the emoji's file. */
  readonly emoji: string;
}

/** A moment that each reader sees in their own time zone. */
export interface DateEntity extends Span, DateStyle {
  readonly kind: 'date';
  /** Unix seconds. */
  readonly date: number;
}

/** How a moment is written out. */
export interface DateStyle {
  readonly relative?: true;
  readonly shortTime?: true;
  readonly longTime?: true;
  readonly shortDate?: true;
  readonly longDate?: true;
  readonly dayOfWeek?: true;
}

/** Text that an edit put in place of another. */
export interface DiffReplaceEntity extends Span {
  readonly kind: 'diff_replace';
  readonly oldText: string;
}

export interface UnknownEntity extends Span, Unknown {}

export type Entity =
  | PlainEntity
  | PreEntity
  | BlockquoteEntity
  | TextLinkEntity
  | MentionNameEntity
  | CustomEmojiEntity
  | DateEntity
  | DiffReplaceEntity
  | UnknownEntity;
