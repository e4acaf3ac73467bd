import type { Api } from 'telegram/tl/index.js';
import type { CommonGift, Gift, UniqueGift } from '../../document/gift.js';
import { starsOf } from './commerce.js';
import { flag, long, maybe, maybeList, maybeLong, maybePeer, plain, present } from './fields.js';
import { fileOf } from './files.js';
import { giftAttributeOf, peerColorOf } from './gift-parts.js';
import { never } from './unknown.js';

export function giftOf(gift: Api.TypeStarGift): Gift {
  switch (gift.className) {
    case 'StarGift':
      return commonGift(gift);
    case 'StarGiftUnique':
      return uniqueGift(gift);
    default:
      return never(gift);
  }
}

function commonGift(gift: Api.StarGift): CommonGift {
  return present<CommonGift>({
    kind: 'gift',
    id: long(gift.id),
    title: plain(gift.title),
    sticker: fileOf(gift.sticker),
    stars: long(gift.stars),
    convertStars: long(gift.convertStars),
    upgradeStars: maybeLong(gift.upgradeStars),
    resaleStars: maybeLong(gift.resellMinStars),
    total: plain(gift.availabilityTotal),
    remaining: plain(gift.availabilityRemains),
    onResale: maybeLong(gift.availabilityResale),
    perUser: plain(gift.perUserTotal),
    perUserRemaining: plain(gift.perUserRemains),
    upgradeVariants: plain(gift.upgradeVariants),
    firstSale: plain(gift.firstSaleDate),
    lastSale: plain(gift.lastSaleDate),
    lockedUntil: plain(gift.lockedUntilDate),
    releasedBy: maybePeer(gift.releasedBy),
    auction: auctionOf(gift),
    background: maybe(gift.background, ({ centerColor, edgeColor, textColor }) => ({
      center: centerColor,
      edge: edgeColor,
      text: textColor,
    })),
    limited: flag(gift.limited),
    soldOut: flag(gift.soldOut),
    birthday: flag(gift.birthday),
    premiumOnly: flag(gift.requirePremium),
    limitedPerUser: flag(gift.limitedPerUser),
    hasPeerColor: flag(gift.peerColorAvailable),
  });
}

function auctionOf(gift: Api.StarGift): CommonGift['auction'] {
  const auction = present<NonNullable<CommonGift['auction']>>({
    slug: plain(gift.auctionSlug),
    perRound: plain(gift.giftsPerRound),
    start: plain(gift.auctionStartDate),
  });
  return gift.auction || Object.keys(auction).length > 0 ? auction : undefined;
}

function uniqueGift(gift: Api.StarGiftUnique): UniqueGift {
  return present<UniqueGift>({
    kind: 'unique_gift',
    id: long(gift.id),
    giftId: long(gift.giftId),
    title: gift.title,
    slug: gift.slug,
    number: gift.num,
    owner: maybePeer(gift.ownerId),
    ownerName: plain(gift.ownerName),
    ownerAddress: plain(gift.ownerAddress),
    address: plain(gift.giftAddress),
    attributes: gift.attributes.map(giftAttributeOf),
    issued: gift.availabilityIssued,
    total: gift.availabilityTotal,
    resale: maybeList(gift.resellAmount, starsOf),
    value: marketValue(gift),
    releasedBy: maybePeer(gift.releasedBy),
    host: maybePeer(gift.hostId),
    themePeer: maybePeer(gift.themePeer),
    peerColor: maybe(gift.peerColor, peerColorOf),
    offerMinStars: plain(gift.offerMinStars),
    craftChancePermille: plain(gift.craftChancePermille),
    premiumOnly: flag(gift.requirePremium),
    resaleTonOnly: flag(gift.resaleTonOnly),
    hasTheme: flag(gift.themeAvailable),
    burned: flag(gift.burned),
    crafted: flag(gift.crafted),
  });
}

function marketValue(gift: Api.StarGiftUnique): UniqueGift['value'] {
  const value = present<NonNullable<UniqueGift['value']>>({
    amount: maybeLong(gift.valueAmount),
    currency: plain(gift.valueCurrency),
    usd: maybeLong(gift.valueUsdAmount),
  });
  return Object.keys(value).length > 0 ? value : undefined;
}
