import type { AudioFacts, Dimensions, File, ImageSize, Photo, StickerFacts, VideoFacts } from './file.js';
import type { Unknown } from './unknown.js';

/** An amount in the smallest unit of a currency (XTR for Stars), as a decimal string. */
export interface Money {
  readonly currency: string;
  readonly amount: string;
}

/** Stars (with billionths) or Toncoin (in nanotons). */
export type StarsAmount =
  | { readonly kind: 'stars'; readonly amount: string; readonly nanos: number }
  | { readonly kind: 'ton'; readonly amount: string }
  | Unknown;

export interface GameMedia {
  readonly kind: 'game';
  readonly id: string;
  readonly accessHash: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly photo: Photo;
  readonly animation?: File;
}

export interface InvoiceMedia<Media> {
  readonly kind: 'invoice';
  readonly title: string;
  readonly description: string;
  readonly price: Money;
  readonly photo?: WebFile;
  /** The message that says it was paid. */
  readonly receipt?: number;
  /** The parameter of the deep link by which others pay it. */
  readonly start: string;
  readonly shippingAddress?: true;
  readonly test?: true;
  readonly content?: ExtendedMedia<Media>;
}

/** A file that lies at another server than Telegram's. */
export interface WebFile {
  readonly url: string;
  readonly size: number;
  readonly mime: string;
  /** Absent when Telegram doesn't pass it on. */
  readonly accessHash?: string;
  readonly name?: string;
  readonly image?: Dimensions;
  readonly video?: VideoFacts;
  readonly audio?: AudioFacts;
  readonly sticker?: StickerFacts;
  readonly animated?: true;
}

/** Media behind a price: real once it was paid, a blurred picture before. */
export type ExtendedMedia<Media> =
  | { readonly kind: 'media'; readonly media?: Media }
  | UnpaidPreview
  | Unknown;

export interface UnpaidPreview extends Partial<Dimensions> {
  readonly kind: 'preview';
  readonly thumb?: ImageSize;
  /** In seconds, for a video. */
  readonly duration?: number;
}

export interface PaidMedia<Media> {
  readonly kind: 'paid_media';
  /** The price. */
  readonly stars: string;
  readonly items: readonly ExtendedMedia<Media>[];
}

interface Prize {
  /** Months of Premium for each winner. */
  readonly months?: number;
  /** Stars for all winners together. */
  readonly stars?: string;
  /** What the organiser gives besides. */
  readonly description?: string;
  /** When the winners are drawn, in unix seconds. */
  readonly until: number;
  readonly onlyNewSubscribers?: true;
}

export interface GiveawayMedia extends Prize {
  readonly kind: 'giveaway';
  /** The channels that a participant must join, as marked ids. */
  readonly channels: readonly number[];
  /** Two-letter codes; absent for everywhere. */
  readonly countries?: readonly string[];
  readonly quantity: number;
  readonly winnersShown?: true;
}

export interface GiveawayResultsMedia extends Prize {
  readonly kind: 'giveaway_results';
  readonly channel: number;
  /** The message that started it. */
  readonly launch: number;
  readonly winners: readonly number[];
  readonly winnerCount: number;
  readonly unclaimedCount: number;
  readonly otherChannels?: number;
  readonly refunded?: true;
}
