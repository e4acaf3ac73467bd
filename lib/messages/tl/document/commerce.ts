import type { Api } from 'telegram/tl/index.js';
import type {
  ExtendedMedia,
  GameMedia,
  GiveawayMedia,
  GiveawayResultsMedia,
  InvoiceMedia,
  PaidMedia,
  StarsAmount,
  UnpaidPreview,
  WebFile,
} from '../../document/commerce.js';
import { attributesOf } from './attributes.js';
import { channel, flag, long, maybe, maybeList, maybeLong, plain, present, user } from './fields.js';
import { fileOf, imageSizeOf, photoOf } from './files.js';
import { never } from './unknown.js';

type MediaOf<Media> = (media: Api.TypeMessageMedia) => Media | undefined;

export function starsOf(amount: Api.TypeStarsAmount): StarsAmount {
  switch (amount.className) {
    case 'StarsAmount':
      return { kind: 'stars', amount: long(amount.amount), nanos: amount.nanos };
    case 'StarsTonAmount':
      return { kind: 'ton', amount: long(amount.amount) };
    default:
      return never(amount);
  }
}

export function gameOf({ game }: Api.MessageMediaGame): GameMedia {
  return present<GameMedia>({
    kind: 'game',
    id: long(game.id),
    accessHash: long(game.accessHash),
    name: game.shortName,
    title: game.title,
    description: game.description,
    photo: photoOf(game.photo),
    animation: maybe(game.document, fileOf),
  });
}

export function invoiceOf<Media>(
  invoice: Api.MessageMediaInvoice,
  mediaOf: MediaOf<Media>,
): InvoiceMedia<Media> {
  return present<InvoiceMedia<Media>>({
    kind: 'invoice',
    title: invoice.title,
    description: invoice.description,
    price: { currency: invoice.currency, amount: long(invoice.totalAmount) },
    photo: maybe(invoice.photo, webFileOf),
    receipt: plain(invoice.receiptMsgId),
    start: invoice.startParam,
    shippingAddress: flag(invoice.shippingAddressRequested),
    test: flag(invoice.test),
    content: maybe(invoice.extendedMedia, (media) => extendedOf(media, mediaOf)),
  });
}

export function paidMediaOf<Media>(
  { starsAmount, extendedMedia }: Api.MessageMediaPaidMedia,
  mediaOf: MediaOf<Media>,
): PaidMedia<Media> {
  const items = extendedMedia.map((media) => extendedOf(media, mediaOf));
  return { kind: 'paid_media', stars: long(starsAmount), items };
}

function extendedOf<Media>(
  extended: Api.TypeMessageExtendedMedia,
  mediaOf: MediaOf<Media>,
): ExtendedMedia<Media> {
  switch (extended.className) {
    case 'MessageExtendedMedia': {
      const media = mediaOf(extended.media);
      return media === undefined ? { kind: 'media' } : { kind: 'media', media };
    }
    case 'MessageExtendedMediaPreview':
      return present<UnpaidPreview>({
        kind: 'preview',
        width: plain(extended.w),
        height: plain(extended.h),
        thumb: maybe(extended.thumb, imageSizeOf),
        duration: plain(extended.videoDuration),
      });
    default:
      return never(extended);
  }
}

function webFileOf(file: Api.TypeWebDocument): WebFile {
  const { name, image, video, audio, sticker, animated } = attributesOf(file.attributes);
  return present<WebFile>({
    url: file.url,
    size: file.size,
    mime: file.mimeType,
    accessHash: 'accessHash' in file ? long(file.accessHash) : undefined,
    name,
    image,
    video,
    audio,
    sticker,
    animated,
  });
}

export function giveawayOf(giveaway: Api.MessageMediaGiveaway): GiveawayMedia {
  return present<GiveawayMedia>({
    kind: 'giveaway',
    channels: giveaway.channels.map(channel),
    countries: maybeList(giveaway.countriesIso2, String),
    quantity: giveaway.quantity,
    months: plain(giveaway.months),
    stars: maybeLong(giveaway.stars),
    description: plain(giveaway.prizeDescription),
    until: giveaway.untilDate,
    onlyNewSubscribers: flag(giveaway.onlyNewSubscribers),
    winnersShown: flag(giveaway.winnersAreVisible),
  });
}

export function giveawayResultsOf(results: Api.MessageMediaGiveawayResults): GiveawayResultsMedia {
  return present<GiveawayResultsMedia>({
    kind: 'giveaway_results',
    channel: channel(results.channelId),
    launch: results.launchMsgId,
    winners: results.winners.map(user),
    winnerCount: results.winnersCount,
    unclaimedCount: results.unclaimedCount,
    otherChannels: plain(results.additionalPeersCount),
    months: plain(results.months),
    stars: maybeLong(results.stars),
    description: plain(results.prizeDescription),
    until: results.untilDate,
    onlyNewSubscribers: flag(results.onlyNewSubscribers),
    refunded: flag(results.refunded),
  });
}
