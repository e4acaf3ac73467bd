import type { ChecklistMedia } from '../../messages/document/checklist.js';
import type { FileKind } from '../../messages/document/file.js';
import type { Media } from '../../messages/document/media.js';
import type { Point } from '../../messages/document/places.js';
import type { PollMedia } from '../../messages/document/poll.js';
import { type DateReader, giveawayOf, giveawayResultsOf, invoiceOf } from './commerce.js';
import { isObject, type JsonObject, Keys, NO_ID, present } from './fields.js';
import { textOf } from './segments.js';

/**
 * What a message holds besides its text, as far as its keys say. What names and describes a file stays among the keys that
 * are left, since a document describes only files that Telegram has named.
 */
export function mediaOf(keys: Keys, dateOf: DateReader): Media | undefined {
  if (keys.has('photo') || keys.has('photo_file_size')) return photoOf(keys);
  if (keys.has('file') || keys.has('media_type') || keys.has('mime_type')) return fileOf(keys);
  if (keys.has('contact_information')) return contactOf(keys);
  if (keys.has('place_name') || keys.has('address')) return venueOf(keys);
  if (keys.has('location_information') || keys.has('live_location_period_seconds')) return locationOf(keys);
  if (keys.has('game_title') || keys.has('game_description')) return gameOf(keys);
  if (keys.has('invoice_information')) return invoiceOf(keys);
  if (keys.has('poll')) return pollOf(keys);
  if (keys.has('todo_list')) return checklistOf(keys);
  if (keys.has('giveaway_information')) return giveawayOf(keys, dateOf);
  if (keys.has('giveaway_results')) return giveawayResultsOf(keys, dateOf);
  const stars = keys.digits('paid_stars_amount');
  return stars === undefined ? undefined : { kind: 'paid_media', stars, items: [] };
}

function photoOf(keys: Keys): Media {
  return present<Media>({
    kind: 'photo',
    spoiler: keys.flag('media_spoiler'),
    selfDestructs: keys.whole('self_destruct_period_seconds'),
  });
}

const FILE_KINDS: Readonly<Record<string, FileKind>> = {
  sticker: 'sticker',
  video_message: 'round_video',
  voice_message: 'voice',
  animation: 'animation',
  video_file: 'video',
  audio_file: 'audio',
};

function fileOf(keys: Keys): Media {
  const type = keys.object['media_type'];
  return present<Media>({
    kind: FILE_KINDS[typeof type === 'string' ? type : ''] ?? 'file',
    spoiler: keys.flag('media_spoiler'),
    selfDestructs: keys.whole('self_destruct_period_seconds'),
  });
}

function contactOf(keys: Keys): Media {
  const contact = objectAt(keys, 'contact_information');
  return {
    kind: 'contact',
    phone: contact.text('phone_number') ?? '',
    firstName: contact.text('first_name') ?? '',
    lastName: contact.text('last_name') ?? '',
    vcard: '',
    user: 0,
  };
}

function locationOf(keys: Keys): Media {
  const point = pointOf(keys);
  const period = keys.whole('live_location_period_seconds');
  return period === undefined
    ? present<Media>({ kind: 'location', point })
    : present<Media>({ kind: 'live_location', point, period, heading: undefined, proximity: undefined });
}

function venueOf(keys: Keys): Media {
  return present<Media>({
    kind: 'venue',
    point: pointOf(keys),
    title: keys.text('place_name') ?? '',
    address: keys.text('address') ?? '',
    provider: '',
    venue: '',
    venueKind: '',
  });
}

function pointOf(keys: Keys): Point | undefined {
  const place = objectAt(keys, 'location_information');
  const latitude = place.number('latitude');
  const longitude = place.number('longitude');
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function gameOf(keys: Keys): Media {
  const link = keys.object['game_link'];
  const name = typeof link === 'string' ? /[?&]game=([^&]+)/.exec(link)?.[1] : undefined;
  return {
    kind: 'game',
    id: NO_ID,
    accessHash: NO_ID,
    name: name ?? '',
    title: keys.text('game_title') ?? '',
    description: keys.text('game_description') ?? '',
    photo: { gone: true, id: NO_ID },
  };
}

/** Of its answers, the number in the list stands for the name that the server has for each. */
function pollOf(keys: Keys): PollMedia<Media> {
  const poll = objectAt(keys, 'poll');
  const answers = (poll.list('answers') ?? []).filter(isObject);
  const option = (index: number): string => Buffer.from(String(index)).toString('base64');
  return present<PollMedia<Media>>({
    kind: 'poll',
    id: NO_ID,
    question: plainText(poll.object['question']),
    answers: answers.map((answer, index) => ({ ...plainText(answer['text']), option: option(index) })),
    results: {
      voters: poll.whole('total_voters') ?? 0,
      answers: answers.map((answer, index) => ({
        option: option(index),
        voters: Number(answer['voters']) || 0,
        ...(answer['chosen'] === true && { chosen: true }),
      })),
    },
    closed: poll.flag('closed'),
    ...NOT_SAID,
  });
}

const NOT_SAID = {
  media: undefined,
  quiz: undefined,
  publicVoters: undefined,
  multiple: undefined,
  openAnswers: undefined,
  noRevoting: undefined,
  shuffled: undefined,
  resultsHiddenUntilClosed: undefined,
  own: undefined,
  subscribersOnly: undefined,
  countries: undefined,
  period: undefined,
  closesAt: undefined,
} as const;

function checklistOf(keys: Keys): ChecklistMedia {
  const list = objectAt(keys, 'todo_list');
  return present<ChecklistMedia>({
    kind: 'checklist',
    title: plainText(list.object['title']),
    tasks: tasksOf(list.object['answers']),
    done: undefined,
    othersMayAdd: list.flag('others_can_append'),
    othersMayComplete: list.flag('others_can_complete'),
  });
}

/** The tasks of a checklist. */
export function tasksOf(value: unknown): ChecklistMedia['tasks'] {
  const items = (Array.isArray(value) ? value : []).filter(isObject);
  return items.map((item: JsonObject) => ({ id: Number(item['id']) || 0, ...plainText(item['text']) }));
}

/** A text in whichever of its shapes. */
export function plainText(value: unknown): { text: string; entities: ReturnType<typeof textOf>['entities'] } {
  const { text, entities } = textOf(value);
  return { text, entities };
}

/** The object at a key, which is also kept whole. */
export function objectAt(keys: Keys, key: string): Keys {
  const value = keys.object[key];
  return new Keys(isObject(value) ? value : {});
}
