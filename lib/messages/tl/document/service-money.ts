import type { Api } from 'telegram/tl/index.js';
import type { Money } from '../../document/commerce.js';
import type { Charge, MoneyAction, Order, Payment, PostalAddress } from '../../document/service-money.js';
import type { ActionReaders } from './action-readers.js';
import { starsOf } from './commerce.js';
import {
  base64,
  flag,
  long,
  type Maybe,
  maybe,
  maybeBase64,
  maybeLong,
  maybePeer,
  peer,
  plain,
  present,
} from './fields.js';
import { textWithEntities } from './text.js';

type Action<Kind> = Extract<MoneyAction, { kind: Kind }>;

/** Payments, prizes and prices. */
export const MONEY_ACTIONS = {
  MessageActionPaymentSent: (action) =>
    present<Payment>({
      kind: 'send_payment',
      price: money(action.currency, action.totalAmount),
      invoice: plain(action.invoiceSlug),
      until: plain(action.subscriptionUntilDate),
      order: undefined,
      charge: undefined,
      payload: undefined,
      shippingOption: undefined,
      firstOfMany: flag(action.recurringInit),
      recurring: flag(action.recurringUsed),
    }),
  MessageActionPaymentSentMe: (action) =>
    present<Payment>({
      kind: 'send_payment',
      price: money(action.currency, action.totalAmount),
      invoice: undefined,
      until: plain(action.subscriptionUntilDate),
      order: maybe(action.info, orderOf),
      charge: chargeOf(action.charge),
      payload: base64(action.payload),
      shippingOption: plain(action.shippingOptionId),
      firstOfMany: flag(action.recurringInit),
      recurring: flag(action.recurringUsed),
    }),
  MessageActionPaymentRefunded: (action) =>
    present<Action<'refunded_payment'>>({
      kind: 'refunded_payment',
      peer: peer(action.peer),
      price: money(action.currency, action.totalAmount),
      charge: chargeOf(action.charge),
      payload: maybeBase64(action.payload),
    }),
  MessageActionGiftPremium: (action) =>
    present<Action<'send_premium_gift'>>({
      kind: 'send_premium_gift',
      price: money(action.currency, action.amount),
      days: action.days,
      crypto: maybeMoney(action.cryptoCurrency, action.cryptoAmount),
      message: maybe(action.message, textWithEntities),
    }),
  MessageActionGiftStars: (action) =>
    present<Action<'send_stars_gift'>>({
      kind: 'send_stars_gift',
      price: money(action.currency, action.amount),
      stars: long(action.stars),
      crypto: maybeMoney(action.cryptoCurrency, action.cryptoAmount),
      transaction: plain(action.transactionId),
    }),
  MessageActionGiftTon: (action) =>
    present<Action<'send_ton_gift'>>({
      kind: 'send_ton_gift',
      price: money(action.currency, action.amount),
      crypto: money(action.cryptoCurrency, action.cryptoAmount),
      transaction: plain(action.transactionId),
    }),
  MessageActionGiftCode: (action) =>
    present<Action<'gift_code_prize'>>({
      kind: 'gift_code_prize',
      code: action.slug,
      days: action.days,
      boosted: maybePeer(action.boostPeer),
      price: maybeMoney(action.currency, action.amount),
      crypto: maybeMoney(action.cryptoCurrency, action.cryptoAmount),
      message: maybe(action.message, textWithEntities),
      viaGiveaway: flag(action.viaGiveaway),
      unclaimed: flag(action.unclaimed),
    }),
  MessageActionGiveawayLaunch: ({ stars }) =>
    present<Action<'giveaway_launch'>>({ kind: 'giveaway_launch', stars: maybeLong(stars) }),
  MessageActionGiveawayResults: ({ winnersCount, unclaimedCount, stars }) =>
    present<Action<'giveaway_results'>>({
      kind: 'giveaway_results',
      winners: winnersCount,
      unclaimed: unclaimedCount,
      stars: flag(stars),
    }),
  MessageActionPrizeStars: (action) =>
    present<Action<'stars_prize'>>({
      kind: 'stars_prize',
      stars: long(action.stars),
      transaction: action.transactionId,
      boosted: peer(action.boostPeer),
      giveaway: action.giveawayMsgId,
      unclaimed: flag(action.unclaimed),
    }),
  MessageActionPaidMessagesRefunded: ({ count, stars }) => ({
    kind: 'paid_messages_refund',
    count,
    stars: long(stars),
  }),
  MessageActionPaidMessagesPrice: ({ stars, broadcastMessagesAllowed }) =>
    present<Action<'paid_messages_price_change'>>({
      kind: 'paid_messages_price_change',
      stars: long(stars),
      channelMessagesAllowed: flag(broadcastMessagesAllowed),
    }),
  MessageActionSuggestedPostApproval: (action) =>
    present<Action<'process_suggested_post'>>({
      kind: 'process_suggested_post',
      price: maybe(action.price, starsOf),
      date: plain(action.scheduleDate),
      comment: plain(action.rejectComment),
      rejected: flag(action.rejected),
      balanceTooLow: flag(action.balanceTooLow),
    }),
  MessageActionSuggestedPostSuccess: ({ price }) => ({
    kind: 'suggested_post_success',
    price: starsOf(price),
  }),
  MessageActionSuggestedPostRefund: ({ payerInitiated }) =>
    present<Action<'suggested_post_refund'>>({
      kind: 'suggested_post_refund',
      byPayer: flag(payerInitiated),
    }),
} satisfies ActionReaders;

type Amount = Api.MessageActionPaymentSent['totalAmount'];

function money(currency: string, amount: Amount): Money {
  return { currency, amount: long(amount) };
}

/** Telegram sends both or neither. */
function maybeMoney(currency: Maybe<string>, amount: Maybe<Amount>): Money | undefined {
  return currency == null || amount == null ? undefined : money(currency, amount);
}

function chargeOf({ id, providerChargeId }: Api.TypePaymentCharge): Charge {
  return { id, provider: providerChargeId };
}

function orderOf({ name, phone, email, shippingAddress }: Api.TypePaymentRequestedInfo): Order {
  return present<Order>({
    name: plain(name),
    phone: plain(phone),
    email: plain(email),
    address: maybe(shippingAddress, addressOf),
  });
}

function addressOf(address: Api.TypePostAddress): PostalAddress {
  return {
    line1: address.streetLine1,
    line2: address.streetLine2,
    city: address.city,
    state: address.state,
    country: address.countryIso2,
    postCode: address.postCode,
  };
}
