import type { File, Photo } from './file.js';
import type { Gift } from './gift.js';
import type { RichPage } from './rich-page.js';
import type { Story } from './story.js';
import type { Theme } from './theme.js';
import type { Unknown } from './unknown.js';

/** The preview of a link. */
export interface WebPageMedia<Media> {
  readonly kind: 'web_page';
  readonly page: WebPage<Media>;
  readonly large?: true;
  readonly small?: true;
  /** Its author chose the link; it need not stand in the text. */
  readonly manual?: true;
  /** Clients open it without asking. */
  readonly safe?: true;
}

export type WebPage<Media> =
  | KnownWebPage<Media>
  /** Telegram found nothing. */
  | { readonly kind: 'none'; readonly id: string; readonly url?: string }
  /** Telegram is still looking; `date` is unix seconds. */
  | { readonly kind: 'pending'; readonly id: string; readonly url?: string; readonly date: number }
  | { readonly kind: 'not_modified'; readonly views?: number }
  | Unknown;

export interface KnownWebPage<Media> {
  readonly kind: 'page';
  readonly id: string;
  readonly url: string;
  readonly shownUrl: string;
  /** Telegram's word for what it leads to: article, video, telegram_channel. */
  readonly type?: string;
  readonly siteName?: string;
  readonly title?: string;
  readonly description?: string;
  readonly author?: string;
  readonly photo?: Photo;
  readonly file?: File;
  readonly embed?: Embed;
  /** In seconds, for a video or audio. */
  readonly duration?: number;
  readonly canBeLarge?: true;
  /** The photo is a video's cover. */
  readonly videoCover?: true;
  readonly attributes?: readonly WebPageAttribute<Media>[];
  readonly instantView?: InstantView;
}

export interface Embed {
  readonly url?: string;
  readonly type?: string;
  readonly width?: number;
  readonly height?: number;
}

export interface InstantView extends RichPage {
  readonly url: string;
  readonly views?: number;
  readonly version2?: true;
}

/** What a link into Telegram leads to. */
export type WebPageAttribute<Media> =
  | { readonly kind: 'theme'; readonly files?: readonly File[]; readonly theme?: Theme }
  | {
      readonly kind: 'story';
      readonly peer: number;
      readonly id: number;
      readonly story?: Story<Media>;
    }
  | {
      readonly kind: 'sticker_set';
      readonly stickers: readonly File[];
      readonly emojis?: true;
      readonly textColored?: true;
    }
  | { readonly kind: 'gift'; readonly gift: Gift }
  | { readonly kind: 'gift_collection'; readonly icons: readonly File[] }
  /** `until` is unix seconds. */
  | { readonly kind: 'gift_auction'; readonly gift: Gift; readonly until: number }
  | { readonly kind: 'ai_tone'; readonly emoji: string }
  | Unknown;
