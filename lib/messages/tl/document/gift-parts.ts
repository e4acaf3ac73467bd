import type { Api } from 'telegram/tl/index.js';
import type { GiftAttribute, GiftRarity, PeerColor } from '../../document/gift.js';
import { flag, long, maybe, maybeList, maybeLong, maybePeer, peer, plain, present } from './fields.js';
import { fileOf } from './files.js';
import { textWithEntities } from './text.js';
import { never } from './unknown.js';

type Attribute<Kind> = Extract<GiftAttribute, { kind: Kind }>;
type Color<Kind> = Extract<PeerColor, { kind: Kind }>;

/** A trait of a unique gift. */
export function giftAttributeOf(attribute: Api.TypeStarGiftAttribute): GiftAttribute {
  switch (attribute.className) {
    case 'StarGiftAttributeModel':
      return present<Attribute<'model'>>({
        kind: 'model',
        name: attribute.name,
        file: fileOf(attribute.document),
        rarity: rarityOf(attribute.rarity),
        crafted: flag(attribute.crafted),
      });
    case 'StarGiftAttributePattern':
      return {
        kind: 'pattern',
        name: attribute.name,
        file: fileOf(attribute.document),
        rarity: rarityOf(attribute.rarity),
      };
    case 'StarGiftAttributeBackdrop':
      return {
        kind: 'backdrop',
        name: attribute.name,
        id: attribute.backdropId,
        colors: {
          center: attribute.centerColor,
          edge: attribute.edgeColor,
          pattern: attribute.patternColor,
          text: attribute.textColor,
        },
        rarity: rarityOf(attribute.rarity),
      };
    case 'StarGiftAttributeOriginalDetails':
      return present<Attribute<'original'>>({
        kind: 'original',
        sender: maybePeer(attribute.senderId),
        recipient: peer(attribute.recipientId),
        date: attribute.date,
        message: maybe(attribute.message, textWithEntities),
      });
    default:
      return never(attribute);
  }
}

function rarityOf(rarity: Api.TypeStarGiftAttributeRarity): GiftRarity {
  switch (rarity.className) {
    case 'StarGiftAttributeRarity':
      return { kind: 'permille', permille: rarity.permille };
    case 'StarGiftAttributeRarityUncommon':
      return { kind: 'uncommon' };
    case 'StarGiftAttributeRarityRare':
      return { kind: 'rare' };
    case 'StarGiftAttributeRarityEpic':
      return { kind: 'epic' };
    case 'StarGiftAttributeRarityLegendary':
      return { kind: 'legendary' };
    default:
      return never(rarity);
  }
}

/** The colours in which its owner's name is shown. */
export function peerColorOf(color: Api.TypePeerColor): PeerColor {
  switch (color.className) {
    case 'PeerColor':
      return present<Color<'color'>>({
        kind: 'color',
        color: plain(color.color),
        emoji: maybeLong(color.backgroundEmojiId),
      });
    case 'PeerColorCollectible':
      return present<Color<'collectible'>>({
        kind: 'collectible',
        id: long(color.collectibleId),
        giftEmoji: long(color.giftEmojiId),
        emoji: long(color.backgroundEmojiId),
        accent: color.accentColor,
        colors: color.colors.map(Number),
        darkAccent: plain(color.darkAccentColor),
        darkColors: maybeList(color.darkColors, Number),
      });
    // Only requests have it.
    case 'InputPeerColorCollectible':
      return present<Color<'collectible'>>({
        kind: 'collectible',
        id: long(color.collectibleId),
        giftEmoji: undefined,
        emoji: undefined,
        accent: undefined,
        colors: undefined,
        darkAccent: undefined,
        darkColors: undefined,
      });
    default:
      return never(color);
  }
}
