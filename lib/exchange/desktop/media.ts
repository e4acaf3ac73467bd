import type { PostDocument } from '../../messages/document/document.js';
import type { FileMedia, Media, PhotoMedia } from '../../messages/document/media.js';
import type { Point } from '../../messages/document/places.js';
import { giveawayKeys, giveawayResultsKeys, invoiceKeys } from './commerce.js';
import { fileKeys, photoKeys } from './file-keys.js';
import { type Fields, type JsonObject, sixDecimals } from './json.js';
import type { OfKind } from './of-kind.js';
import { checklistKeys, pollKeys } from './polls.js';
import { type DesktopScene, unlessEmpty } from './scene.js';

type MediaKeys<Kind> = (media: OfKind<Media, Kind>, scene: DesktopScene, post: PostDocument) => Fields;

/** The keys of what a message holds besides its text. */
export function mediaKeys(media: Media, scene: DesktopScene, post: PostDocument): Fields {
  const write = MEDIA[media.kind] as (media: Media, scene: DesktopScene, post: PostDocument) => Fields;
  return write(media, scene, post);
}

/** Whether Telegram Desktop writes of such a message only that it doesn't support it. */
export function isUnsupported({ media, richMessage }: PostDocument): boolean {
  return media?.kind === 'unknown' && richMessage === undefined;
}

/** How each kind is written; a kind that is missing doesn't compile. */
const MEDIA: { readonly [Kind in Media['kind']]: MediaKeys<Kind> } = {
  photo: photo,
  video: file,
  round_video: file,
  animation: file,
  audio: file,
  voice: file,
  sticker: file,
  custom_emoji: file,
  file: file,
  contact: ({ firstName, lastName, phone, vcard }, { files }) => [
    ['contact_information', { first_name: firstName, last_name: lastName, phone_number: phoneOf(phone) }],
    ['contact_vcard', vcard === '' ? undefined : files.vcard],
    ['contact_vcard_file_size', vcard === '' ? undefined : Buffer.byteLength(vcard)],
  ],
  location: ({ point }) => [['location_information', point ? placeOf(point) : null]],
  live_location: ({ point, period }) => [
    ['location_information', point ? placeOf(point) : null],
    ['live_location_period_seconds', period],
  ],
  venue: ({ title, address, point }) => [
    ['place_name', unlessEmpty(title)],
    ['address', unlessEmpty(address)],
    ['location_information', point && placeOf(point)],
  ],
  game: ({ title, description, name }, { names }, { viaBot, author }) => {
    const bot = names.of(viaBot ?? author ?? 0)?.username;
    return [
      ['game_title', unlessEmpty(title)],
      ['game_description', unlessEmpty(description)],
      ['game_link', bot && name ? `https://t.me/${bot}?game=${name}` : undefined],
    ];
  },
  invoice: invoiceKeys,
  poll: pollKeys,
  checklist: checklistKeys,
  giveaway: giveawayKeys,
  giveaway_results: giveawayResultsKeys,
  paid_media: ({ stars }) => [['paid_stars_amount', Number(stars)]],
  // Their texts say all that Telegram Desktop writes of them.
  web_page: () => [],
  dice: () => [],
  story: () => [],
  video_stream: () => [],
  unknown: () => [],
};

function photo({ photo, spoiler, selfDestructs }: PhotoMedia, { files }: DesktopScene): Fields {
  return [...photoKeys(photo, files), ...shownKeys(spoiler, selfDestructs)];
}

function file({ file, spoiler, selfDestructs }: FileMedia, { files }: DesktopScene): Fields {
  return [...fileKeys(file, files), ...shownKeys(spoiler, selfDestructs)];
}

function shownKeys(spoiler: true | undefined, selfDestructs: number | undefined): Fields {
  return [
    ['media_spoiler', spoiler],
    ['self_destruct_period_seconds', selfDestructs],
  ];
}

function placeOf({ latitude, longitude }: Point): JsonObject {
  return { latitude: sixDecimals(latitude), longitude: sixDecimals(longitude) };
}

/** Telegram sends digits alone. */
function phoneOf(phone: string): string {
  return /^\d+$/.test(phone) ? `+${phone}` : phone;
}
