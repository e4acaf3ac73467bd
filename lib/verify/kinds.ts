import type { PostDocument } from '../messages/document/document.js';
import type { Media } from '../messages/document/media.js';
import type { Kind } from '../messages/kinds/kind.js';
import { MEDIA } from '../messages/kinds/media.js';

/** The constructor behind each kind of media: its row in the table of kinds says what becomes of it. */
const CONSTRUCTORS: Readonly<Record<Media['kind'], keyof typeof MEDIA>> = {
  photo: 'MessageMediaPhoto',
  video: 'MessageMediaDocument',
  round_video: 'MessageMediaDocument',
  animation: 'MessageMediaDocument',
  audio: 'MessageMediaDocument',
  voice: 'MessageMediaDocument',
  sticker: 'MessageMediaDocument',
  custom_emoji: 'MessageMediaDocument',
  file: 'MessageMediaDocument',
  location: 'MessageMediaGeo',
  live_location: 'MessageMediaGeoLive',
  venue: 'MessageMediaVenue',
  contact: 'MessageMediaContact',
  dice: 'MessageMediaDice',
  game: 'MessageMediaGame',
  invoice: 'MessageMediaInvoice',
  giveaway: 'MessageMediaGiveaway',
  giveaway_results: 'MessageMediaGiveawayResults',
  paid_media: 'MessageMediaPaidMedia',
  poll: 'MessageMediaPoll',
  checklist: 'MessageMediaToDo',
  story: 'MessageMediaStory',
  web_page: 'MessageMediaWebPage',
  video_stream: 'MessageMediaVideoStream',
  unknown: 'MessageMediaUnsupported',
};

/**
 * Why a message may have no copy of its kind, by the table of kinds: it is left out, or a card stands in its place.
 * Undefined for a message that has to be copied.
 */
export function notCopied({ media }: PostDocument): string | undefined {
  if (!media) return undefined;
  const row: Kind = MEDIA[CONSTRUCTORS[media.kind]];
  if (row.outcome === 'card') return media.kind;
  const isGone = 'selfDestructs' in media && media.selfDestructs !== undefined;
  return isGone ? 'self_destructing' : undefined;
}
