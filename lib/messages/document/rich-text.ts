import type { InlineAction } from './markup.js';
import type { DateStyle } from './text.js';
import type { Unknown } from './unknown.js';

/** A text of a rich message or instant view: a tree, unlike the flat text of a message. */
export type RichText =
  | { readonly kind: 'empty' }
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'concat'; readonly parts: readonly RichText[] }
  | { readonly kind: RichStyle; readonly content: RichText }
  /** `page` is the id of the link's own preview; "0" if it has none. */
  | { readonly kind: 'text_link'; readonly content: RichText; readonly url: string; readonly page: string }
  | { readonly kind: 'text_email'; readonly content: RichText; readonly email: string }
  | { readonly kind: 'text_phone'; readonly content: RichText; readonly phone: string }
  | { readonly kind: 'anchor'; readonly content: RichText; readonly name: string }
  | { readonly kind: 'mention_name'; readonly content: RichText; readonly user: number }
  /** `file` is the id of one of the page's files. */
  | { readonly kind: 'image'; readonly file: string; readonly width: number; readonly height: number }
  /** `source` is LaTeX. */
  | { readonly kind: 'math'; readonly source: string }
  | { readonly kind: 'custom_emoji'; readonly emoji: string; readonly alt: string }
  | RichDate
  | { readonly kind: 'diff'; readonly content: RichText; readonly old: RichText }
  | ({ readonly kind: 'button' } & RichButton)
  | Unknown;

/** Styles without details; the `mention` group was found in the text by the server. */
export type RichStyle =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'spoiler'
  | 'code'
  | 'subscript'
  | 'superscript'
  | 'marked'
  | 'mention'
  | 'hashtag'
  | 'cashtag'
  | 'bot_command'
  | 'link'
  | 'email'
  | 'phone'
  | 'bank_card';

/** `date` is unix seconds. */
export interface RichDate extends DateStyle {
  readonly kind: 'date';
  readonly content: RichText;
  readonly date: number;
}

export interface RichButton {
  readonly content: RichText;
  readonly action: InlineAction;
  readonly style?: 'primary' | 'danger' | 'success' | 'link';
}
