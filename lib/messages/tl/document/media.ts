import type { Api } from 'telegram/tl/index.js';
import { type FileKind, fileKind, isStored } from '../../document/file.js';
import type { DiceMedia, FileMedia, Media, PhotoMedia } from '../../document/media.js';
import type { GeoMedia, LiveLocationMedia } from '../../document/places.js';
import { checklistOf } from './checklist.js';
import { gameOf, giveawayOf, giveawayResultsOf, invoiceOf, paidMediaOf } from './commerce.js';
import { base64, flag, long, maybe, plain, present, user } from './fields.js';
import { fileOf, maybeFiles, photoOf } from './files.js';
import { groupCallOf } from './group-call.js';
import { pointOf, venueOf } from './places.js';
import { pollOf } from './poll.js';
import { storyMediaOf } from './story.js';
import { type Readers, readBy, unknownOf } from './unknown.js';
import { webPageMediaOf } from './web-page.js';

/** The media of a message; undefined when it has none. */
export function mediaOf(media: Api.TypeMessageMedia): Media | undefined {
  return readBy(MEDIA, media);
}

const MEDIA: Readers<Api.TypeMessageMedia, Media | undefined> = {
  MessageMediaEmpty: () => undefined,
  // Something newer than the layer that this account speaks; the message's raw bytes are kept.
  MessageMediaUnsupported: unknownOf,
  MessageMediaPhoto: photoMediaOf,
  MessageMediaDocument: fileMediaOf,
  MessageMediaGeo: ({ geo }) => present<GeoMedia>({ kind: 'location', point: pointOf(geo) }),
  MessageMediaGeoLive: (media) =>
    present<LiveLocationMedia>({
      kind: 'live_location',
      point: pointOf(media.geo),
      period: media.period,
      heading: plain(media.heading),
      proximity: plain(media.proximityNotificationRadius),
    }),
  MessageMediaVenue: (media) => ({ kind: 'venue', ...venueOf(media) }),
  MessageMediaContact: ({ phoneNumber, firstName, lastName, vcard, userId }) => ({
    kind: 'contact',
    phone: phoneNumber,
    firstName,
    lastName,
    vcard,
    user: user(userId),
  }),
  MessageMediaDice: diceOf,
  MessageMediaGame: gameOf,
  MessageMediaInvoice: (media) => invoiceOf(media, mediaOf),
  MessageMediaPaidMedia: (media) => paidMediaOf(media, mediaOf),
  MessageMediaGiveaway: giveawayOf,
  MessageMediaGiveawayResults: giveawayResultsOf,
  MessageMediaPoll: (media) => pollOf(media, mediaOf),
  MessageMediaToDo: checklistOf,
  MessageMediaStory: (media) => storyMediaOf(media, mediaOf),
  MessageMediaWebPage: (media) => webPageMediaOf(media, mediaOf),
  MessageMediaVideoStream: ({ call, rtmpStream }) =>
    present<Extract<Media, { kind: 'video_stream' }>>({
      kind: 'video_stream',
      call: groupCallOf(call),
      rtmp: flag(rtmpStream),
    }),
};

function photoMediaOf(media: Api.MessageMediaPhoto): Media {
  return present<PhotoMedia>({
    kind: 'photo',
    photo: maybe(media.photo, photoOf),
    clip: maybe(media.video, fileOf),
    live: flag(media.livePhoto),
    spoiler: flag(media.spoiler),
    selfDestructs: plain(media.ttlSeconds),
  });
}

function fileMediaOf(media: Api.MessageMediaDocument): Media {
  const file = maybe(media.document, fileOf);
  return present<FileMedia>({
    kind: isStored(file) ? fileKind(file) : announcedKind(media),
    file,
    alternatives: maybeFiles(media.altDocuments),
    cover: maybe(media.videoCover, photoOf),
    startsAt: plain(media.videoTimestamp),
    spoiler: flag(media.spoiler),
    noPremium: flag(media.nopremium),
    selfDestructs: plain(media.ttlSeconds),
  });
}

/** The kind of a file that is gone. */
function announcedKind({ video, round, voice }: Api.MessageMediaDocument): FileKind {
  if (round) return 'round_video';
  if (video) return 'video';
  return voice ? 'voice' : 'file';
}

function diceOf({ emoticon, value, gameOutcome }: Api.MessageMediaDice): Media {
  return present<DiceMedia>({
    kind: 'dice',
    emoji: emoticon,
    value,
    game: maybe(gameOutcome, ({ seed, stakeTonAmount, tonAmount }) => ({
      seed: base64(seed),
      stake: long(stakeTonAmount),
      won: long(tonAmount),
    })),
  });
}
