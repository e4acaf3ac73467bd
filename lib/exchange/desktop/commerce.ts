import { moneyWords } from '../../messages/cards/words.js';
import type {
  GiveawayMedia,
  GiveawayResultsMedia,
  InvoiceMedia,
  Money,
} from '../../messages/document/commerce.js';
import type { Media } from '../../messages/document/media.js';
import { type Fields, integer, type Json, type JsonObject, quoted, Verbatim } from './json.js';
import { bareId, type DesktopScene, internalPeer } from './scene.js';

export function invoiceKeys(invoice: InvoiceMedia<Media>, scene: DesktopScene): Fields {
  const { title, description, price, receipt } = invoice;
  const facts: JsonObject = {
    title,
    description,
    amount: integer(price.amount),
    currency: price.currency,
    receipt_message_id: receipt,
  };
  return [['invoice_information', nested(facts, scene)]];
}

/** An object that Telegram Desktop writes as a text that contains JSON. */
export function nested(value: Json, { strict }: Pick<DesktopScene, 'strict'>): Json {
  return strict ? compact(value) : value;
}

/** JSON on one line. */
function compact(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Verbatim) return value.json;
  if (Array.isArray(value)) return `[${value.map(compact).join(',')}]`;
  const fields = Object.entries(value).flatMap(([key, each]) =>
    each === undefined ? [] : [`${quoted(key)}:${compact(each as Json)}`],
  );
  return `{${fields.join(',')}}`;
}

export function giveawayKeys(giveaway: GiveawayMedia, { time }: DesktopScene): Fields {
  const { quantity, months, until, channels, countries, description, stars, onlyNewSubscribers } = giveaway;
  return [
    [
      'giveaway_information',
      {
        quantity,
        months: months ?? 0,
        until_date: time.iso(until),
        channels: channels.map(bareId),
        countries: countries ?? [],
        additional_prize: description,
        stars: integer(stars ?? '0'),
        is_only_new_subscribers: onlyNewSubscribers === true,
      },
    ],
  ];
}

export function giveawayResultsKeys(results: GiveawayResultsMedia, { time, shift }: DesktopScene): Fields {
  const { channel, winners, description, until, launch, otherChannels, winnerCount, unclaimedCount } =
    results;
  return [
    [
      'giveaway_results',
      {
        channel: bareId(channel),
        winners: winners.map(internalPeer),
        additional_prize: description,
        until_date: time.iso(until),
        launch_message_id: launch + shift,
        additional_peers_count: otherChannels ?? 0,
        winners_count: winnerCount,
        unclaimed_count: unclaimedCount,
        months: results.months ?? 0,
        stars: integer(results.stars ?? '0'),
        is_refunded: results.refunded === true,
        is_only_new_subscribers: results.onlyNewSubscribers === true,
      },
    ],
  ];
}

/** A price for people: `$4.99`, `50 Stars`. */
export function priceWords(money: Money): string {
  const words = moneyWords(money);
  return money.currency === 'USD' ? `$${words.replace(/ USD$/, '')}` : words;
}
