import type { StarsAmount } from '../../../messages/document/commerce.js';
import type { Gift } from '../../../messages/document/gift.js';
import type { MoneyAction } from '../../../messages/document/service-money.js';
import type { FormattedText } from '../../../messages/document/text.js';
import { priceWords } from '../commerce.js';
import { type Fields, integer } from '../json.js';
import { type DesktopScene, nameOf, peerId } from '../scene.js';
import { segmentedText } from '../segments.js';
import { type Action, type ActionTable, aboutMessage, acted, bare } from './action-keys.js';

const NANO = 1_000_000_000n;

/** Payments, gifts, prizes and prices. */
export const MONEY_ACTIONS: ActionTable<MoneyAction['kind']> = {
  send_payment: ({ price, recurring, firstOfMany }, scene, note) =>
    bare('send_payment', [
      ['amount', integer(price.amount)],
      ['currency', price.currency],
      ...aboutMessage('invoice_message_id', scene, note),
      ['recurring', recurringWord(recurring, firstOfMany)],
    ]),
  refunded_payment: ({ price, peer, charge }, scene) =>
    bare('refunded_payment', [
      ['amount', integer(price.amount)],
      ['currency', price.currency],
      ['peer_name', nameOf(scene, peer)],
      ['peer_id', peerId(peer)],
      ['charge_id', charge.id],
    ]),
  send_premium_gift: ({ price, days }, scene, note) =>
    acted('send_premium_gift', scene, note, [
      ['cost', priceWords(price)],
      ['days', days],
    ]),
  send_stars_gift: ({ price, stars }, scene, note) =>
    acted('send_stars_gift', scene, note, [
      ['cost', priceWords(price)],
      ['amount_whole', integer(stars)],
      ['amount_nano', 0],
    ]),
  send_ton_gift: ({ price, crypto }, scene, note) =>
    acted('send_ton_gift', scene, note, [
      ['cost', priceWords(price)],
      ...wholeAndNano(BigInt(crypto.amount)),
    ]),
  gift_code_prize: ({ code, boosted, days, unclaimed, viaGiveaway }) =>
    bare('gift_code_prize', [
      ['gift_code', code],
      ['boost_peer_id', boosted === undefined ? undefined : peerId(boosted)],
      ['days', days],
      ['unclaimed', unclaimed === true],
      ['via_giveaway', viaGiveaway === true],
    ]),
  giveaway_launch: () => bare('giveaway_launch'),
  giveaway_results: ({ winners, unclaimed, stars }) =>
    bare('giveaway_results', [
      ['winners', winners],
      ['unclaimed', unclaimed],
      ['stars', stars === true],
    ]),
  stars_prize: ({ boosted, stars, unclaimed, giveaway, transaction }, scene, note) =>
    acted('stars_prize', scene, note, [
      ['boost_peer_id', peerId(boosted)],
      ['boost_peer_name', nameOf(scene, boosted)],
      ['stars', integer(stars)],
      ['is_unclaimed', unclaimed === true],
      ['giveaway_msg_id', giveaway],
      ['transaction_id', transaction],
    ]),
  send_star_gift: ({ gift, message, flags }, scene, note) =>
    acted('send_star_gift', scene, note, giftKeys(gift, flags.includes('nameHidden'), message, scene)),
  send_unique_gift: ({ gift, message, flags }, scene, note) =>
    acted('send_star_gift', scene, note, giftKeys(gift, flags.includes('nameHidden'), message, scene)),
  gift_offer: ({ gift }, scene, note) =>
    acted('send_star_gift', scene, note, giftKeys(gift, false, undefined, scene)),
  gift_offer_declined: ({ gift }, scene, note) =>
    acted('send_star_gift', scene, note, giftKeys(gift, false, undefined, scene)),
  paid_messages_refund: ({ count, stars }, scene, note) =>
    acted('paid_messages_refund', scene, note, [
      ['messages_count', count],
      ['stars_count', integer(stars)],
    ]),
  paid_messages_price_change: ({ stars, channelMessagesAllowed }, scene, note) =>
    acted('paid_messages_price_change', scene, note, [
      ['price_stars', integer(stars)],
      ['is_broadcast_messages_allowed', channelMessagesAllowed === true],
    ]),
  process_suggested_post: (action, scene, note) =>
    acted('process_suggested_post', scene, note, processedPost(action)),
  suggested_post_success: ({ price }, scene, note) =>
    acted('suggested_post_success', scene, note, priceKeys(price)),
  suggested_post_refund: ({ byPayer }, scene, note) =>
    acted('suggested_post_refund', scene, note, [['user_initiated', byPayer === true]]),
};

function recurringWord(isUsed: true | undefined, isFirst: true | undefined): string | undefined {
  if (isUsed) return 'used';
  return isFirst ? 'init' : undefined;
}

function wholeAndNano(nanos: bigint): Fields {
  return [
    ['amount_whole', integer(String(nanos / NANO))],
    ['amount_nano', integer(String(nanos % NANO))],
  ];
}

/** A gift of a newer kind has no number. */
function giftKeys(
  gift: Gift,
  isAnonymous: boolean,
  message: FormattedText | undefined,
  scene: DesktopScene,
): Fields {
  if (gift.kind === 'unknown') return [['is_anonymous', isAnonymous]];
  return [
    ['gift_id', integer(gift.kind === 'gift' ? gift.id : gift.giftId)],
    ['stars', gift.kind === 'gift' ? integer(gift.stars) : 0],
    ['is_limited', gift.kind === 'unique_gift' || gift.limited === true],
    ['is_anonymous', isAnonymous],
    ['gift_text', segmentedText(message ?? { text: '', entities: [] }, scene).text],
  ];
}

function processedPost({
  rejected,
  comment,
  price,
  date,
}: Extract<Action, { kind: 'process_suggested_post' }>): Fields {
  if (rejected) {
    return [
      ['rejected', true],
      ['comment', comment === '' ? undefined : comment],
    ];
  }
  return [...(price ? priceKeys(price) : []), ['scheduled_date', date]];
}

/** Both parts of an amount are texts. */
function priceKeys(price: StarsAmount): Fields {
  switch (price.kind) {
    case 'stars':
      return priceOf(price.amount, String(price.nanos), 'Stars');
    case 'ton': {
      const nanos = BigInt(price.amount);
      return priceOf(String(nanos / NANO), String(nanos % NANO), 'TON');
    }
    case 'unknown':
      return [];
  }
}

function priceOf(whole: string, nano: string, currency: string): Fields {
  return [
    ['price_amount_whole', whole],
    ['price_amount_nano', nano],
    ['price_currency', currency],
  ];
}
