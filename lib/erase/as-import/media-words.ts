import type { Media } from '../../messages/document/media.js';
import type { Point } from '../../messages/document/places.js';

type Words = { readonly [Kind in Media['kind']]: (media: Media & { readonly kind: Kind }) => string };

/** What stands in an imported history for media of which it holds no file; empty for a link's preview, whose link is in the text. */
export function mediaWords(media: Media): string {
  return (WORDS[media.kind] as (media: Media) => string)(media);
}

const missing =
  (name: string): (() => string) =>
  () =>
    `[${name}]`;

/** A kind that is missing doesn't compile. */
const WORDS: Words = {
  photo: missing('photo'),
  video: missing('video'),
  round_video: missing('video message'),
  animation: missing('GIF'),
  audio: missing('audio'),
  voice: missing('voice message'),
  sticker: ({ file }) => (file && 'sticker' in file && file.sticker?.emoji) || '[sticker]',
  custom_emoji: ({ file }) => (file && 'customEmoji' in file && file.customEmoji?.emoji) || '[emoji]',
  file: missing('file'),
  location: ({ point }) => joined('[location]', mapLink(point)),
  live_location: ({ point }) => joined('[live location]', mapLink(point)),
  venue: ({ title, address, point }) => joined(`[place: ${title}]`, address, mapLink(point)),
  contact: ({ firstName, lastName, phone }) => `[contact: ${joinedBy(' ', firstName, lastName, phone)}]`,
  dice: ({ emoji, value }) => `[dice ${emoji} ${value}]`,
  game: missing('game'),
  invoice: missing('invoice'),
  giveaway: missing('giveaway'),
  giveaway_results: missing('results of a giveaway'),
  paid_media: missing('paid media'),
  poll: ({ question, answers }) =>
    joined(
      `[poll] ${question.text}`,
      ...answers.flatMap((answer) => ('text' in answer ? `– ${answer.text}` : [])),
    ),
  checklist: ({ title, tasks }) =>
    joined(`[checklist] ${title.text}`, ...tasks.map(({ text }) => `– ${text}`)),
  story: missing('story'),
  web_page: () => '',
  video_stream: missing('live stream'),
  unknown: missing('message of a newer kind'),
};

function mapLink(point: Point | undefined): string {
  return point ? `https://www.openstreetmap.org/?mlat=${point.latitude}&mlon=${point.longitude}` : '';
}

function joined(...lines: readonly string[]): string {
  return joinedBy('\n', ...lines);
}

function joinedBy(between: string, ...words: readonly string[]): string {
  return words.filter((word) => word !== '').join(between);
}
