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
  /** Of a date: Unix time in seconds, and how it is shown. */
  readonly date?: number;
  readonly format?: DateFormat;
  /** Of a replaced piece of text: what stood there before. */
  readonly oldText?: string;
}

/** The flags of messageEntityFormattedDate. */
export interface DateFormat {
  readonly relative?: boolean;
  readonly shortTime?: boolean;
  readonly longTime?: boolean;
  readonly shortDate?: boolean;
  readonly longDate?: boolean;
  readonly dayOfWeek?: boolean;
}

/** The kinds that ordinary texts have. */
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

/** With kinds that are rare, or that only a server makes. */
export type EntityKind =
  | (typeof ENTITY_KINDS)[number]
  | 'date'
  | 'unknown'
  | 'diffInsert'
  | 'diffReplace'
  | 'diffDelete';

/** A text and its entities. */
export interface StyledText {
  readonly text: string;
  readonly entities: readonly Entity[];
}
