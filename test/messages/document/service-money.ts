import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { CHANNEL, CHANNEL_ID } from '../../support/received.js';

const words = (text: string): Api.TextWithEntities => new Api.TextWithEntities({ text, entities: [] });
const message = { text: 'Note', entities: [] };
const LARGE = '9007199254740993';
const stars = new Api.StarsAmount({ amount: bigInt(5), nanos: 1 });
const fiveStars = { kind: 'stars', amount: '5', nanos: 1 };
const ton = new Api.StarsTonAmount({ amount: bigInt(LARGE) });
const document = new Api.DocumentEmpty({ id: bigInt(4) });
const file = { gone: true, id: '4' };
const charge = new Api.PaymentCharge({ id: 'c', providerChargeId: 'p' });
const price = { currency: 'EUR', amount: LARGE };
const paid = { currency: 'EUR', amount: bigInt(LARGE) };

const gift = new Api.StarGift({
  id: bigInt(1),
  sticker: document,
  stars: bigInt(50),
  convertStars: bigInt(40),
  title: 'Cake',
  limited: true,
  availabilityTotal: 100,
  availabilityRemains: 3,
});
const cake = {
  kind: 'gift',
  id: '1',
  sticker: file,
  stars: '50',
  convertStars: '40',
  title: 'Cake',
  limited: true,
  total: 100,
  remaining: 3,
};

const unique = new Api.StarGiftUnique({
  id: bigInt(2),
  giftId: bigInt(1),
  title: 'Cake',
  slug: 'Cake-7',
  num: 7,
  ownerName: 'Ann',
  attributes: [
    new Api.StarGiftAttributeModel({
      name: 'M',
      document,
      rarity: new Api.StarGiftAttributeRarity({ permille: 5 }),
    }),
    new Api.StarGiftAttributePattern({ name: 'P', document, rarity: new Api.StarGiftAttributeRarityEpic() }),
    new Api.StarGiftAttributeBackdrop({
      name: 'B',
      backdropId: 3,
      centerColor: 1,
      edgeColor: 2,
      patternColor: 3,
      textColor: 4,
      rarity: new Api.StarGiftAttributeRarityLegendary(),
    }),
    new Api.StarGiftAttributeOriginalDetails({ recipientId: CHANNEL, date: 6, message: words('Note') }),
  ],
  availabilityIssued: 9,
  availabilityTotal: 100,
  resellAmount: [ton],
});
const uniqueCake = {
  kind: 'unique_gift',
  id: '2',
  giftId: '1',
  title: 'Cake',
  slug: 'Cake-7',
  number: 7,
  ownerName: 'Ann',
  attributes: [
    { kind: 'model', name: 'M', file, rarity: { kind: 'permille', permille: 5 } },
    { kind: 'pattern', name: 'P', file, rarity: { kind: 'epic' } },
    {
      kind: 'backdrop',
      name: 'B',
      id: 3,
      colors: { center: 1, edge: 2, pattern: 3, text: 4 },
      rarity: { kind: 'legendary' },
    },
    { kind: 'original', recipient: CHANNEL_ID, date: 6, message },
  ],
  issued: 9,
  total: 100,
  resale: [{ kind: 'ton', amount: LARGE }],
};

/** Actions about payments, gifts, prizes and prices, and what a document says of them. */
export const MONEY: readonly [Api.TypeMessageAction, object][] = [
  [
    new Api.MessageActionPaymentSent({
      currency: 'EUR',
      totalAmount: bigInt(LARGE),
      invoiceSlug: 's',
      recurringInit: true,
      subscriptionUntilDate: 8,
    }),
    { kind: 'send_payment', price, invoice: 's', firstOfMany: true, until: 8 },
  ],
  [
    new Api.MessageActionPaymentSentMe({
      currency: 'EUR',
      totalAmount: bigInt(LARGE),
      payload: Buffer.from([1]),
      charge,
      recurringUsed: true,
      info: new Api.PaymentRequestedInfo({
        name: 'Ann',
        shippingAddress: new Api.PostAddress({
          streetLine1: '1',
          streetLine2: '2',
          city: 'C',
          state: 'S',
          countryIso2: 'DE',
          postCode: '0',
        }),
      }),
    }),
    {
      kind: 'send_payment',
      price,
      payload: 'AQ==',
      charge: { id: 'c', provider: 'p' },
      recurring: true,
      order: {
        name: 'Ann',
        address: { line1: '1', line2: '2', city: 'C', state: 'S', country: 'DE', postCode: '0' },
      },
    },
  ],
  [
    new Api.MessageActionPaymentRefunded({
      peer: CHANNEL,
      currency: 'EUR',
      totalAmount: bigInt(LARGE),
      charge,
    }),
    { kind: 'refunded_payment', peer: CHANNEL_ID, price, charge: { id: 'c', provider: 'p' } },
  ],
  [
    new Api.MessageActionGiftPremium({
      ...paid,
      days: 30,
      cryptoCurrency: 'TON',
      cryptoAmount: bigInt(7),
      message: words('Note'),
    }),
    { kind: 'send_premium_gift', price, days: 30, crypto: { currency: 'TON', amount: '7' }, message },
  ],
  [
    new Api.MessageActionGiftStars({ ...paid, stars: bigInt(5), transactionId: 't' }),
    { kind: 'send_stars_gift', price, stars: '5', transaction: 't' },
  ],
  [
    new Api.MessageActionGiftTon({ ...paid, cryptoCurrency: 'TON', cryptoAmount: bigInt(7) }),
    { kind: 'send_ton_gift', price, crypto: { currency: 'TON', amount: '7' } },
  ],
  [
    new Api.MessageActionGiftCode({ slug: 's', days: 30, boostPeer: CHANNEL, viaGiveaway: true, ...paid }),
    { kind: 'gift_code_prize', code: 's', days: 30, boosted: CHANNEL_ID, viaGiveaway: true, price },
  ],
  [new Api.MessageActionGiveawayLaunch({ stars: bigInt(5) }), { kind: 'giveaway_launch', stars: '5' }],
  [new Api.MessageActionGiveawayLaunch({}), { kind: 'giveaway_launch' }],
  [
    new Api.MessageActionGiveawayResults({ winnersCount: 2, unclaimedCount: 1, stars: true }),
    { kind: 'giveaway_results', winners: 2, unclaimed: 1, stars: true },
  ],
  [
    new Api.MessageActionPrizeStars({
      stars: bigInt(5),
      transactionId: 't',
      boostPeer: CHANNEL,
      giveawayMsgId: 3,
    }),
    { kind: 'stars_prize', stars: '5', transaction: 't', boosted: CHANNEL_ID, giveaway: 3 },
  ],
  [
    new Api.MessageActionStarGift({
      gift,
      message: words('Note'),
      nameHidden: true,
      upgradeSeparate: true,
      convertStars: bigInt(40),
      fromId: CHANNEL,
    }),
    {
      kind: 'send_star_gift',
      gift: cake,
      message,
      flags: ['nameHidden', 'upgradeSeparate'],
      convertStars: '40',
      from: CHANNEL_ID,
    },
  ],
  [
    new Api.MessageActionStarGiftUnique({
      gift: unique,
      transferred: true,
      resaleAmount: stars,
      canExportAt: 5,
    }),
    {
      kind: 'send_unique_gift',
      gift: uniqueCake,
      flags: ['transferred'],
      resale: fiveStars,
      canExportAt: 5,
    },
  ],
  [
    new Api.MessageActionStarGiftPurchaseOffer({ gift, price: stars, expiresAt: 9, accepted: true }),
    { kind: 'gift_offer', gift: cake, price: fiveStars, expires: 9, accepted: true },
  ],
  [
    new Api.MessageActionStarGiftPurchaseOfferDeclined({ gift, price: ton, expired: true }),
    { kind: 'gift_offer_declined', gift: cake, price: { kind: 'ton', amount: LARGE }, expired: true },
  ],
  [
    new Api.MessageActionPaidMessagesRefunded({ count: 2, stars: bigInt(5) }),
    { kind: 'paid_messages_refund', count: 2, stars: '5' },
  ],
  [
    new Api.MessageActionPaidMessagesPrice({ stars: bigInt(5), broadcastMessagesAllowed: true }),
    { kind: 'paid_messages_price_change', stars: '5', channelMessagesAllowed: true },
  ],
  [
    new Api.MessageActionSuggestedPostApproval({ rejected: true, rejectComment: 'No', price: stars }),
    { kind: 'process_suggested_post', rejected: true, comment: 'No', price: fiveStars },
  ],
  [
    new Api.MessageActionSuggestedPostSuccess({ price: stars }),
    { kind: 'suggested_post_success', price: fiveStars },
  ],
  [
    new Api.MessageActionSuggestedPostRefund({ payerInitiated: true }),
    { kind: 'suggested_post_refund', byPayer: true },
  ],
];
