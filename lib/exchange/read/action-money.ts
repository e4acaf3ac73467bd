import type { Money, StarsAmount } from '../../messages/document/commerce.js';
import type { Media } from '../../messages/document/media.js';
import type { ServiceAction } from '../../messages/document/service.js';
import { type Keys, NO_ID, present } from './fields.js';
import { plainText } from './media.js';
import { peerOf } from './peers.js';

type Action = ServiceAction<Media>;

/** Payments, gifts, prizes and prices; undefined for another action. */
export function moneyAction(name: string, keys: Keys): Action | undefined {
  switch (name) {
    case 'send_payment':
      return paymentOf(keys);
    case 'refunded_payment':
      return {
        kind: name,
        peer: peerOf(keys.object['peer_id']) ?? 0,
        price: priceOf(keys),
        charge: { id: keys.text('charge_id') ?? '', provider: '' },
      };
    case 'send_premium_gift':
      return { kind: name, price: NO_PRICE, days: daysOf(keys) };
    case 'gift_code_prize':
      return present<Action>({
        kind: name,
        code: keys.text('gift_code') ?? '',
        days: daysOf(keys),
        boosted: peerOf(keys.object['boost_peer_id']),
        ...{ price: undefined, crypto: undefined, message: undefined },
        viaGiveaway: keys.flag('via_giveaway'),
        unclaimed: keys.flag('unclaimed'),
      });
    case 'giveaway_launch':
      return { kind: name };
    case 'giveaway_results':
      return present<Action>({
        kind: name,
        winners: keys.whole('winners') ?? 0,
        unclaimed: keys.whole('unclaimed') ?? 0,
        stars: keys.flag('stars'),
      });
    default:
      return starsAction(name, keys) ?? suggestedPost(name, keys);
  }
}

const NO_PRICE: Money = { currency: '', amount: '0' };

function priceOf(keys: Keys): Money {
  return { currency: keys.text('currency') ?? '', amount: keys.digits('amount') ?? '0' };
}

/** `recurring` says more than a flag: the first of many, or one of them. */
function paymentOf(keys: Keys): Action {
  const recurring = keys.text('recurring');
  return {
    kind: 'send_payment',
    price: priceOf(keys),
    ...(recurring === 'init' && { firstOfMany: true }),
    ...(recurring === 'used' && { recurring: true }),
  };
}

/** Exports count in days since 2026. Before they counted in months, which stay among the keys that are left. */
function daysOf(keys: Keys): number {
  const months = keys.object['months'];
  return keys.whole('days') ?? Math.round((Number(months ?? 0) * 365) / 12);
}

function starsAction(name: string, keys: Keys): Action | undefined {
  const stars = (key: string): string => keys.digits(key) ?? '0';
  switch (name) {
    case 'send_stars_gift':
      return { kind: name, price: NO_PRICE, stars: stars('amount_whole') };
    case 'send_ton_gift':
      return { kind: name, price: NO_PRICE, crypto: { currency: 'TON', amount: nanosOf(keys, 'amount') } };
    case 'stars_prize':
      return present<Action>({
        kind: name,
        stars: stars('stars'),
        transaction: keys.text('transaction_id') ?? '',
        boosted: peerOf(keys.object['boost_peer_id']) ?? 0,
        giveaway: keys.whole('giveaway_msg_id') ?? 0,
        unclaimed: keys.flag('is_unclaimed'),
      });
    case 'send_star_gift':
      return {
        kind: name,
        gift: {
          kind: 'gift',
          id: stars('gift_id'),
          sticker: { gone: true, id: NO_ID },
          stars: stars('stars'),
          convertStars: '0',
          ...(keys.flag('is_limited') && { limited: true }),
        },
        ...(keys.has('gift_text') && { message: plainText(keys.object['gift_text']) }),
        flags: keys.flag('is_anonymous') ? ['nameHidden'] : [],
      };
    case 'paid_messages_refund':
      return { kind: name, count: keys.whole('messages_count') ?? 0, stars: stars('stars_count') };
    case 'paid_messages_price_change':
      return present<Action>({
        kind: name,
        stars: stars('price_stars'),
        channelMessagesAllowed: keys.flag('is_broadcast_messages_allowed'),
      });
    default:
      return undefined;
  }
}

function suggestedPost(name: string, keys: Keys): Action | undefined {
  switch (name) {
    case 'process_suggested_post':
      return present<Action>({
        kind: name,
        price: keys.has('price_amount_whole') ? amountOf(keys) : undefined,
        date: keys.whole('scheduled_date'),
        comment: keys.text('comment'),
        rejected: keys.flag('rejected'),
        balanceTooLow: undefined,
      });
    case 'suggested_post_success':
      return { kind: name, price: amountOf(keys) };
    case 'suggested_post_refund':
      return { kind: name, ...(keys.flag('user_initiated') && { byPayer: true }) };
    default:
      return undefined;
  }
}

function amountOf(keys: Keys): StarsAmount {
  if (keys.text('price_currency') === 'TON') return { kind: 'ton', amount: nanosOf(keys, 'price_amount') };
  const nanos = Number(keys.digits('price_amount_nano') ?? 0);
  return { kind: 'stars', amount: keys.digits('price_amount_whole') ?? '0', nanos };
}

/** Whole coins and billionths, as billionths. */
function nanosOf(keys: Keys, key: string): string {
  const whole = BigInt(keys.digits(`${key}_whole`) ?? 0);
  return String(whole * 1_000_000_000n + BigInt(keys.digits(`${key}_nano`) ?? 0));
}
