import type { Money, StarsAmount } from './commerce.js';
import type { Gift } from './gift.js';
import type { FormattedText } from './text.js';

/** An amount of a cryptocurrency, in its smallest unit. */
type Crypto = Money;

/** Payments, gifts, prizes and prices. */
export type MoneyAction =
  | Payment
  | {
      readonly kind: 'refunded_payment';
      readonly peer: number;
      readonly price: Money;
      readonly charge: Charge;
      /** Base64. */
      readonly payload?: string;
    }
  | {
      readonly kind: 'send_premium_gift';
      readonly price: Money;
      readonly days: number;
      readonly crypto?: Crypto;
      readonly message?: FormattedText;
    }
  | {
      readonly kind: 'send_stars_gift';
      readonly price: Money;
      readonly stars: string;
      readonly crypto?: Crypto;
      readonly transaction?: string;
    }
  | {
      readonly kind: 'send_ton_gift';
      readonly price: Money;
      readonly crypto: Crypto;
      readonly transaction?: string;
    }
  | {
      readonly kind: 'gift_code_prize';
      readonly code: string;
      readonly days: number;
      readonly boosted?: number;
      readonly price?: Money;
      readonly crypto?: Crypto;
      readonly message?: FormattedText;
      readonly viaGiveaway?: true;
      readonly unclaimed?: true;
    }
  | { readonly kind: 'giveaway_launch'; readonly stars?: string }
  | {
      readonly kind: 'giveaway_results';
      readonly winners: number;
      readonly unclaimed: number;
      /** The prize is Stars. */
      readonly stars?: true;
    }
  | {
      readonly kind: 'stars_prize';
      readonly stars: string;
      readonly transaction: string;
      readonly boosted: number;
      readonly giveaway: number;
      readonly unclaimed?: true;
    }
  | GiftSent
  | UniqueGiftSent
  | {
      readonly kind: 'gift_offer';
      readonly gift: Gift;
      readonly price: StarsAmount;
      readonly expires: number;
      readonly accepted?: true;
      readonly declined?: true;
    }
  | {
      readonly kind: 'gift_offer_declined';
      readonly gift: Gift;
      readonly price: StarsAmount;
      readonly expired?: true;
    }
  | { readonly kind: 'paid_messages_refund'; readonly count: number; readonly stars: string }
  | {
      readonly kind: 'paid_messages_price_change';
      readonly stars: string;
      readonly channelMessagesAllowed?: true;
    }
  | {
      readonly kind: 'process_suggested_post';
      readonly price?: StarsAmount;
      readonly date?: number;
      readonly comment?: string;
      readonly rejected?: true;
      readonly balanceTooLow?: true;
    }
  | { readonly kind: 'suggested_post_success'; readonly price: StarsAmount }
  | { readonly kind: 'suggested_post_refund'; readonly byPayer?: true };

/** A bot sees who paid (`order`, `charge`, `payload`); a person doesn't. */
export interface Payment {
  readonly kind: 'send_payment';
  readonly price: Money;
  readonly invoice?: string;
  /** When a subscription ends. */
  readonly until?: number;
  readonly order?: Order;
  readonly charge?: Charge;
  /** Base64. */
  readonly payload?: string;
  readonly shippingOption?: string;
  readonly firstOfMany?: true;
  readonly recurring?: true;
}

export interface Order {
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly address?: PostalAddress;
}

export interface PostalAddress {
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly postCode: string;
}

export interface Charge {
  readonly id: string;
  readonly provider: string;
}

/** Messages named here lie in the chat with the giver. */
export interface GiftSent {
  readonly kind: 'send_star_gift';
  readonly gift: Gift;
  readonly message?: FormattedText;
  readonly from?: number;
  readonly to?: number;
  /** The channel that shows it. */
  readonly peer?: number;
  readonly saved?: string;
  readonly number?: number;
  readonly convertStars?: string;
  readonly upgradeStars?: string;
  readonly upgradeMessage?: number;
  readonly giftMessage?: number;
  readonly prepaidUpgradeHash?: string;
  readonly flags: readonly GiftFlag[];
}

export type GiftFlag =
  | 'nameHidden'
  | 'saved'
  | 'converted'
  | 'upgraded'
  | 'refunded'
  | 'canUpgrade'
  | 'prepaidUpgrade'
  | 'upgradeSeparate'
  | 'auctionAcquired';

export interface UniqueGiftSent {
  readonly kind: 'send_unique_gift';
  readonly gift: Gift;
  readonly message?: FormattedText;
  readonly from?: number;
  /** The channel that shows it. */
  readonly peer?: number;
  readonly saved?: string;
  readonly resale?: StarsAmount;
  readonly transferStars?: string;
  readonly dropDetailsStars?: string;
  readonly canExportAt?: number;
  readonly canTransferAt?: number;
  readonly canResellAt?: number;
  readonly canCraftAt?: number;
  readonly flags: readonly UniqueGiftFlag[];
}

export type UniqueGiftFlag =
  | 'upgrade'
  | 'transferred'
  | 'saved'
  | 'refunded'
  | 'prepaidUpgrade'
  | 'assigned'
  | 'fromOffer'
  | 'craft'
  | 'nameHidden';
