import type { TlData } from '../../world/tl-data.js';
import { documentOf, type Page, peer, styled } from './scene.js';

/** A gift that anybody can buy. */
export function plainGift(page: Page): TlData {
  return {
    _: 'StarGift',
    limited: true,
    id: 5_170_145_012_310_081_615n,
    sticker: documentOf(page.document('animated-sticker')),
    stars: 50n,
    availabilityRemains: 10,
    availabilityTotal: 1000,
    convertStars: 42n,
    upgradeStars: 25n,
    title: 'Sandcastle',
    releasedBy: peer(page.cast.channel.id),
  };
}

/** A collectible one, with a number and an owner. */
export function uniqueGift(page: Page): TlData {
  const { friend, author, since } = page.cast;
  const rarity = { _: 'StarGiftAttributeRarity', permille: 5 };
  return {
    _: 'StarGiftUnique',
    id: 6_001_403_980_000_000_001n,
    giftId: 5_170_145_012_310_081_615n,
    title: 'Sandcastle',
    slug: 'Sandcastle-7',
    num: 7,
    ownerId: peer(friend),
    attributes: [
      {
        _: 'StarGiftAttributeModel',
        name: 'Tower',
        document: documentOf(page.document('animated-sticker')),
        rarity,
      },
      {
        _: 'StarGiftAttributePattern',
        name: 'Shells',
        document: documentOf(page.document('custom-emoji')),
        rarity: { _: 'StarGiftAttributeRarityRare' },
      },
      {
        _: 'StarGiftAttributeBackdrop',
        name: 'Dusk',
        backdropId: 3,
        centerColor: 0xffd67e,
        edgeColor: 0x6fb9f0,
        patternColor: 0xcb86db,
        textColor: 0xffffff,
        rarity,
      },
      {
        _: 'StarGiftAttributeOriginalDetails',
        senderId: peer(author),
        recipientId: peer(friend),
        date: since,
        message: styled('For you'),
      },
    ],
    availabilityIssued: 8,
    availabilityTotal: 1000,
  };
}

export const stars = (amount: bigint): TlData => ({ _: 'StarsAmount', amount, nanos: 0 });
