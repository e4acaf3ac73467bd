import type { StarsAmount } from './commerce.js';
import type { File } from './file.js';
import type { FormattedText } from './text.js';
import type { Unknown } from './unknown.js';

/** A gift that somebody bought for Stars. Amounts are decimal strings, dates unix seconds, colours RGB numbers. */
export type Gift = CommonGift | UniqueGift | Unknown;

export interface CommonGift {
  readonly kind: 'gift';
  readonly id: string;
  readonly title?: string;
  readonly sticker: File;
  /** The price. */
  readonly stars: string;
  /** What it can be turned into. */
  readonly convertStars: string;
  readonly upgradeStars?: string;
  readonly resaleStars?: string;
  readonly total?: number;
  readonly remaining?: number;
  readonly onResale?: string;
  readonly perUser?: number;
  readonly perUserRemaining?: number;
  readonly upgradeVariants?: number;
  readonly firstSale?: number;
  readonly lastSale?: number;
  readonly lockedUntil?: number;
  readonly releasedBy?: number;
  readonly auction?: { readonly slug?: string; readonly perRound?: number; readonly start?: number };
  readonly background?: GiftColors;
  readonly limited?: true;
  readonly soldOut?: true;
  readonly birthday?: true;
  readonly premiumOnly?: true;
  readonly limitedPerUser?: true;
  readonly hasPeerColor?: true;
}

export interface GiftColors {
  readonly center: number;
  readonly edge: number;
  readonly text: number;
}

export interface UniqueGift {
  readonly kind: 'unique_gift';
  readonly id: string;
  readonly giftId: string;
  readonly title: string;
  readonly slug: string;
  readonly number: number;
  readonly owner?: number;
  readonly ownerName?: string;
  /** Of its owner's wallet, when it was moved to the blockchain. */
  readonly ownerAddress?: string;
  readonly address?: string;
  readonly attributes: readonly GiftAttribute[];
  readonly issued: number;
  readonly total: number;
  readonly resale?: readonly StarsAmount[];
  readonly value?: { readonly amount?: string; readonly currency?: string; readonly usd?: string };
  readonly releasedBy?: number;
  readonly host?: number;
  readonly themePeer?: number;
  readonly peerColor?: PeerColor;
  readonly offerMinStars?: number;
  readonly craftChancePermille?: number;
  readonly premiumOnly?: true;
  readonly resaleTonOnly?: true;
  readonly hasTheme?: true;
  readonly burned?: true;
  readonly crafted?: true;
}

export type GiftAttribute =
  | {
      readonly kind: 'model';
      readonly name: string;
      readonly file: File;
      readonly rarity: GiftRarity;
      readonly crafted?: true;
    }
  | { readonly kind: 'pattern'; readonly name: string; readonly file: File; readonly rarity: GiftRarity }
  | {
      readonly kind: 'backdrop';
      readonly name: string;
      readonly id: number;
      readonly colors: GiftColors & { readonly pattern: number };
      readonly rarity: GiftRarity;
    }
  | {
      readonly kind: 'original';
      readonly sender?: number;
      readonly recipient: number;
      readonly date: number;
      readonly message?: FormattedText;
    }
  | Unknown;

export type GiftRarity =
  | { readonly kind: 'permille'; readonly permille: number }
  | { readonly kind: 'uncommon' | 'rare' | 'epic' | 'legendary' }
  | Unknown;

export type PeerColor =
  | { readonly kind: 'color'; readonly color?: number; readonly emoji?: string }
  | {
      readonly kind: 'collectible';
      readonly id: string;
      readonly giftEmoji?: string;
      readonly emoji?: string;
      readonly accent?: number;
      readonly colors?: readonly number[];
      readonly darkAccent?: number;
      readonly darkColors?: readonly number[];
    }
  | Unknown;
