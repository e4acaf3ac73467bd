import type {
  GiftFlag,
  GiftSent,
  MoneyAction,
  UniqueGiftFlag,
  UniqueGiftSent,
} from '../../document/service-money.js';
import type { ActionReaders } from './action-readers.js';
import { starsOf } from './commerce.js';
import { flag, maybe, maybeLong, maybePeer, plain, present } from './fields.js';
import { giftOf } from './gift.js';
import { textWithEntities } from './text.js';

type Action<Kind> = Extract<MoneyAction, { kind: Kind }>;

const GIFT_FLAGS: readonly GiftFlag[] = [
  'nameHidden',
  'saved',
  'converted',
  'upgraded',
  'refunded',
  'canUpgrade',
  'prepaidUpgrade',
  'upgradeSeparate',
  'auctionAcquired',
];

const UNIQUE_GIFT_FLAGS: readonly UniqueGiftFlag[] = [
  'upgrade',
  'transferred',
  'saved',
  'refunded',
  'prepaidUpgrade',
  'assigned',
  'fromOffer',
  'craft',
  'nameHidden',
];

/** Gifts, and offers for them. */
export const GIFT_ACTIONS = {
  MessageActionStarGift: (action) =>
    present<GiftSent>({
      kind: 'send_star_gift',
      gift: giftOf(action.gift),
      message: maybe(action.message, textWithEntities),
      from: maybePeer(action.fromId),
      to: maybePeer(action.toId),
      peer: maybePeer(action.peer),
      saved: maybeLong(action.savedId),
      number: plain(action.giftNum),
      convertStars: maybeLong(action.convertStars),
      upgradeStars: maybeLong(action.upgradeStars),
      upgradeMessage: plain(action.upgradeMsgId),
      giftMessage: plain(action.giftMsgId),
      prepaidUpgradeHash: plain(action.prepaidUpgradeHash),
      flags: GIFT_FLAGS.filter((name) => action[name]),
    }),
  MessageActionStarGiftUnique: (action) =>
    present<UniqueGiftSent>({
      kind: 'send_unique_gift',
      gift: giftOf(action.gift),
      message: maybe(action.message, textWithEntities),
      from: maybePeer(action.fromId),
      peer: maybePeer(action.peer),
      saved: maybeLong(action.savedId),
      resale: maybe(action.resaleAmount, starsOf),
      transferStars: maybeLong(action.transferStars),
      dropDetailsStars: maybeLong(action.dropOriginalDetailsStars),
      canExportAt: plain(action.canExportAt),
      canTransferAt: plain(action.canTransferAt),
      canResellAt: plain(action.canResellAt),
      canCraftAt: plain(action.canCraftAt),
      flags: UNIQUE_GIFT_FLAGS.filter((name) => action[name]),
    }),
  MessageActionStarGiftPurchaseOffer: ({ gift, price, expiresAt, accepted, declined }) =>
    present<Action<'gift_offer'>>({
      kind: 'gift_offer',
      gift: giftOf(gift),
      price: starsOf(price),
      expires: expiresAt,
      accepted: flag(accepted),
      declined: flag(declined),
    }),
  MessageActionStarGiftPurchaseOfferDeclined: ({ gift, price, expired }) =>
    present<Action<'gift_offer_declined'>>({
      kind: 'gift_offer_declined',
      gift: giftOf(gift),
      price: starsOf(price),
      expired: flag(expired),
    }),
} satisfies ActionReaders;
