import { CHANNEL_MARK } from '../../base/marked-id.js';
import type { GiveawayMedia, GiveawayResultsMedia, InvoiceMedia } from '../../messages/document/commerce.js';
import type { Media } from '../../messages/document/media.js';
import { isObject, Keys, present } from './fields.js';
import { internalPeer } from './peers.js';

/** Reads a local time that has no twin in unix seconds. */
export type DateReader = (text: unknown) => number | undefined;

/** What a message of Telegram Desktop sells; its description is an object, or a text that holds one as JSON. */
export function invoiceOf(keys: Keys): InvoiceMedia<Media> {
  const invoice = new Keys(inner(keys.object['invoice_information']));
  return present<InvoiceMedia<Media>>({
    kind: 'invoice',
    title: invoice.text('title') ?? '',
    description: invoice.text('description') ?? '',
    price: { currency: invoice.text('currency') ?? '', amount: invoice.digits('amount') ?? '0' },
    photo: undefined,
    receipt: invoice.whole('receipt_message_id'),
    start: '',
    shippingAddress: undefined,
    test: undefined,
    content: undefined,
  });
}

/** An object that may stand as JSON within a text. */
function inner(value: unknown): Readonly<Record<string, unknown>> {
  const read = typeof value === 'string' ? parsedOrNothing(value) : value;
  return isObject(read) ? read : {};
}

/** A value that stands as JSON within a text; undefined for a text that holds none. */
export function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function giveawayOf(keys: Keys, dateOf: DateReader): GiveawayMedia {
  const giveaway = new Keys(inner(keys.object['giveaway_information']));
  const countries = (giveaway.list('countries') ?? []).filter((each) => typeof each === 'string');
  return present<GiveawayMedia>({
    kind: 'giveaway',
    ...prizeOf(giveaway, dateOf),
    channels: (giveaway.list('channels') ?? []).map((id) => -CHANNEL_MARK - Number(id)),
    countries: countries.length > 0 ? countries : undefined,
    quantity: giveaway.whole('quantity') ?? 0,
    winnersShown: undefined,
  });
}

export function giveawayResultsOf(keys: Keys, dateOf: DateReader): GiveawayResultsMedia {
  const results = new Keys(inner(keys.object['giveaway_results']));
  return present<GiveawayResultsMedia>({
    kind: 'giveaway_results',
    ...prizeOf(results, dateOf),
    channel: -CHANNEL_MARK - (results.whole('channel') ?? 0),
    launch: results.whole('launch_message_id') ?? 0,
    winners: (results.list('winners') ?? []).flatMap((winner) => internalPeer(winner) ?? []),
    winnerCount: results.whole('winners_count') ?? 0,
    unclaimedCount: results.whole('unclaimed_count') ?? 0,
    otherChannels: results.whole('additional_peers_count') || undefined,
    refunded: results.flag('is_refunded'),
  });
}

function prizeOf(prize: Keys, dateOf: DateReader) {
  return {
    months: prize.whole('months') || undefined,
    stars: noZero(prize.digits('stars')),
    description: prize.text('additional_prize') || undefined,
    until: prize.whole('until_date') ?? dateOf(prize.object['until_date']) ?? 0,
    onlyNewSubscribers: prize.flag('is_only_new_subscribers'),
  };
}

function noZero(digits: string | undefined): string | undefined {
  return digits === '0' ? undefined : digits;
}
