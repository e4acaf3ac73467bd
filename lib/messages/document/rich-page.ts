import type { File, Photo } from './file.js';
import type { Point } from './places.js';
import type { RichButton, RichText } from './rich-text.js';
import type { Unknown } from './unknown.js';

/** A rich message, or the instant view of a link: blocks below each other, and the photos and files that they name. */
export interface RichPage {
  readonly blocks: readonly Block[];
  readonly photos: readonly Photo[];
  readonly files: readonly File[];
  readonly rightToLeft?: true;
  /** Telegram sent only the beginning. */
  readonly partial?: true;
}

/** Ids of photos and files lead to the page's lists. Dates are unix seconds. */
export type Block =
  | { readonly kind: TextBlockKind; readonly text: RichText }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly text: RichText }
  | { readonly kind: 'preformatted'; readonly text: RichText; readonly language: string }
  | { readonly kind: 'author_date'; readonly author: RichText; readonly date: number }
  | { readonly kind: 'divider' }
  | { readonly kind: 'anchor'; readonly name: string }
  | { readonly kind: 'math'; readonly source: string }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  | {
      readonly kind: 'ordered_list';
      readonly items: readonly ListItem[];
      readonly reversed?: true;
      readonly start?: number;
      readonly numbering?: string;
    }
  | {
      readonly kind: 'blockquote';
      readonly text: RichText;
      readonly caption: RichText;
      readonly collapsed?: true;
    }
  | { readonly kind: 'blockquote_blocks'; readonly blocks: readonly Block[]; readonly caption: RichText }
  | { readonly kind: 'pullquote'; readonly text: RichText; readonly caption: RichText }
  | {
      readonly kind: 'photo';
      readonly photo: string;
      readonly caption: Caption;
      readonly url?: string;
      readonly page?: string;
      readonly spoiler?: true;
    }
  | {
      readonly kind: 'video';
      readonly file: string;
      readonly caption: Caption;
      readonly autoplay?: true;
      readonly loop?: true;
      readonly spoiler?: true;
    }
  | { readonly kind: 'audio' | 'file'; readonly file: string; readonly caption: Caption }
  | { readonly kind: 'cover'; readonly block: Block }
  | {
      readonly kind: 'embed';
      readonly url?: string;
      readonly html?: string;
      readonly poster?: string;
      readonly width?: number;
      readonly height?: number;
      readonly caption: Caption;
      readonly fullWidth?: true;
      readonly scrolls?: true;
    }
  | {
      readonly kind: 'embedded_post';
      readonly url: string;
      readonly page: string;
      readonly author: string;
      readonly authorPhoto: string;
      readonly date: number;
      readonly blocks: readonly Block[];
      readonly caption: Caption;
    }
  | { readonly kind: 'collage' | 'slideshow'; readonly blocks: readonly Block[]; readonly caption: Caption }
  | { readonly kind: 'channel'; readonly id: number; readonly title?: string; readonly username?: string }
  | {
      readonly kind: 'table';
      readonly title: RichText;
      readonly rows: readonly (readonly Cell[])[];
      readonly bordered?: true;
      readonly striped?: true;
      readonly compact?: true;
    }
  | {
      readonly kind: 'details';
      readonly title: RichText;
      readonly blocks: readonly Block[];
      readonly open?: true;
    }
  | { readonly kind: 'related'; readonly title: RichText; readonly articles: readonly Article[] }
  | {
      readonly kind: 'map';
      readonly point?: Point;
      readonly zoom: number;
      readonly width: number;
      readonly height: number;
      readonly caption: Caption;
    }
  | {
      readonly kind: 'buttons';
      readonly buttons: readonly RichButton[];
      readonly align?: 'left' | 'center' | 'right';
    }
  | Unknown;

export type TextBlockKind =
  | 'title'
  | 'subtitle'
  | 'header'
  | 'subheader'
  | 'kicker'
  | 'paragraph'
  | 'footer'
  | 'thinking';

export interface Caption {
  readonly text: RichText;
  readonly credit: RichText;
}

/** An item has either a text or blocks. */
export type ListItem = StoredListItem | Unknown;

export interface StoredListItem {
  readonly text?: RichText;
  readonly blocks?: readonly Block[];
  readonly checkbox?: true;
  readonly checked?: true;
  /** How the item is numbered, in an ordered list. */
  readonly number?: string;
  readonly value?: number;
  readonly numbering?: string;
}

export interface Cell {
  readonly text?: RichText;
  readonly header?: true;
  readonly align?: 'center' | 'right';
  readonly verticalAlign?: 'middle' | 'bottom';
  readonly columns?: number;
  readonly rows?: number;
}

export interface Article {
  readonly url: string;
  readonly page: string;
  readonly title?: string;
  readonly description?: string;
  readonly photo?: string;
  readonly author?: string;
  readonly date?: number;
}
