import {
  ACTIONS,
  keys,
  list,
  name,
  one,
  PHOTO,
  type Schema,
  text,
  whole,
  yesOrNo,
} from './action-schemas.js';

const words = (all: string): Schema => ({ enum: all.split(' ') });
const TASK = keys({ text: one('text'), id: whole }, ['text', 'id']);
const OWN = { telepi: { type: 'object' } };

/** Keys that posts and notes of Telegram share. */
const SHARED = {
  ...{ id: whole, date: one('date'), date_unixtime: one('seconds') },
  ...{ edited: one('date'), edited_unixtime: one('seconds') },
  ...{ reply_to_message_id: whole, reply_to_peer_id: one('peer') },
  ...{ text: one('text'), text_entities: list(one('segment')), reactions: list(one('reaction')) },
  ...OWN,
};

const FILE = {
  ...{
    file: one('path'),
    file_name: text,
    file_size: whole,
    thumbnail: one('path'),
    thumbnail_file_size: whole,
  },
  media_type: words('sticker video_message voice_message animation video_file audio_file'),
  ...{ sticker_emoji: text, performer: text, title: text, mime_type: text },
  duration_seconds: { type: 'integer', minimum: 1 },
};

const OTHER_MEDIA = {
  contact_information: keys({ first_name: text, last_name: text, phone_number: text }, [
    ...['first_name', 'last_name', 'phone_number'],
  ]),
  ...{ contact_vcard: one('path'), contact_vcard_file_size: whole },
  location_information: { anyOf: [one('place'), { type: 'null' }] },
  ...{ live_location_period_seconds: whole, place_name: text, address: text },
  ...{ game_title: text, game_description: text },
  game_link: { type: 'string', pattern: '^https://t\\.me/' },
  invoice_information: {
    anyOf: [
      { type: 'string', pattern: '^\\{' },
      keys({ title: text, description: text, amount: whole, currency: text, receipt_message_id: whole }, [
        'title',
        'description',
        'amount',
        'currency',
      ]),
    ],
  },
  poll: keys(
    {
      ...{ question: one('text'), closed: yesOrNo, total_voters: whole },
      answers: list(
        keys({ text: one('text'), voters: whole, chosen: yesOrNo }, ['text', 'voters', 'chosen']),
      ),
    },
    ['question', 'closed', 'total_voters', 'answers'],
  ),
  todo_list: keys(
    { title: one('text'), others_can_append: yesOrNo, others_can_complete: yesOrNo, answers: list(TASK) },
    ['title', 'answers'],
  ),
  giveaway_information: keys(
    {
      ...{ quantity: whole, months: whole, until_date: { type: ['integer', 'string'] } },
      ...{ channels: list(whole), countries: list({ type: 'string', pattern: '^[A-Z]{2}$' }) },
      ...{ additional_prize: text, stars: whole, is_only_new_subscribers: yesOrNo },
    },
    ['quantity', 'until_date', 'channels'],
  ),
  giveaway_results: keys(
    {
      ...{ channel: {}, winners: list(whole), additional_prize: text },
      ...{ until_date: { type: ['integer', 'string'] }, launch_message_id: whole },
      ...{ additional_peers_count: whole, winners_count: whole, unclaimed_count: whole },
      ...{ months: whole, stars: whole, is_refunded: yesOrNo, is_only_new_subscribers: yesOrNo },
    },
    ['winners', 'winners_count'],
  ),
  paid_stars_amount: whole,
};

const POST = keys(
  {
    ...{ ...SHARED, type: { const: 'message' }, from: name, from_id: one('peer'), author: text },
    ...{ forwarded_from: name, forwarded_from_id: one('peer'), saved_from: name },
    via_bot: { type: 'string', pattern: '^@' },
    ...{ ...PHOTO, ...FILE, ...OTHER_MEDIA },
    rich_message: keys({ rtl: yesOrNo, part: yesOrNo, blocks: list(one('block')) }, [
      'rtl',
      'part',
      'blocks',
    ]),
    inline_bot_buttons: list(list(one('button'))),
  },
  ['id', 'type', 'date', 'date_unixtime'],
  {
    oneOf: [
      { required: ['text', 'text_entities'], properties: { rich_message: false } },
      { required: ['rich_message'], properties: { text: false, text_entities: false } },
    ],
    dependentRequired: {
      ...{ edited: ['edited_unixtime'], edited_unixtime: ['edited'], from: ['from_id'] },
      ...{ photo: ['photo_file_size'], width: ['height'], height: ['width'] },
      contact_vcard: ['contact_vcard_file_size'],
    },
  },
);

function onlyIf(action: Schema, then: Schema): Schema {
  return { if: { properties: { action }, required: ['action'] }, then };
}

const NOTE = {
  type: 'object',
  properties: {
    ...{ ...SHARED, type: { const: 'service' }, actor: name, actor_id: one('peer') },
    ...{ action: one('action'), information_text: text },
  },
  required: ['id', 'type', 'date', 'date_unixtime', 'text', 'text_entities'],
  allOf: [
    ...Object.entries(ACTIONS).map(([action, properties]) => onlyIf({ const: action }, { properties })),
    // What Telegram Desktop doesn't know has whatever keys it needs.
    onlyIf({ not: { enum: Object.keys(ACTIONS) } }, { additionalProperties: true }),
  ],
  unevaluatedProperties: false,
};

/** Keys of segments of one kind. */
const OF_SEGMENTS = {
  ...{ text_link: { href: text }, pre: { language: text }, mention_name: { user_id: whole } },
  ...{ blockquote: { collapsed: yesOrNo }, custom_emoji: { document_id: text } },
} as const;

const SEGMENT = {
  anyOf: [
    keys(
      {
        type: words(
          'plain unknown mention hashtag cashtag bot_command link email phone bank_card bold italic underline strikethrough spoiler code',
        ),
        text,
      },
      ['type', 'text'],
    ),
    ...Object.entries(OF_SEGMENTS).map(([type, own]) =>
      keys({ type: { const: type }, text, ...own }, [
        ...['type', 'text'],
        ...(type === 'blockquote' ? [] : Object.keys(own)),
      ]),
    ),
  ],
};

const SENTENCES = [
  'unavailable, please try again later',
  'exceeds maximum size\\. Change data exporting settings to download\\.',
  'not included\\. Change data exporting settings to download\\.',
];

const CHATS = keys({ about: text, list: list(one('chat')) }, ['about', 'list']);

/**
 * A JSON schema (2020-12) of result.json, written by hand from what Telegram Desktop is known to write: each key, and what its value may
 * be. It allows no key that it doesn't name, but what TelePi has under its own.
 */
export const RESULT_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  anyOf: [one('chat'), one('account')],
  $defs: {
    account: keys({ about: text, chats: CHATS, left_chats: CHATS, personal_information: {}, ...OWN }, [
      'chats',
    ]),
    chat: keys(
      {
        name,
        type: {
          enum: [
            ...['saved_messages', 'replies', 'verification_codes', 'personal_chat', 'bot_chat'],
            ...['private_group', 'private_supergroup', 'public_supergroup', 'private_channel'],
            ...['public_channel', null],
          ],
        },
        id: { type: 'integer', minimum: 1 },
        messages: list(one('message')),
        ...OWN,
      },
      ['type', 'id', 'messages'],
    ),
    message: {
      anyOf: [POST, NOTE, keys({ id: whole, type: { const: 'unsupported' }, ...OWN }, ['id', 'type'])],
    },
    // Telegram Desktop makes an empty post of a note that it doesn't know; TelePi writes what it is.
    action: { anyOf: [{ enum: Object.keys(ACTIONS) }, { type: 'string', pattern: '^[a-z]+(?:_[a-z]+)*$' }] },
    date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d$' },
    seconds: { type: 'string', pattern: '^\\d+$' },
    peer: { type: 'string', pattern: '^(?:user|chat|channel)\\d+$' },
    path: {
      type: 'string',
      pattern: `^(?:[^/\\\\:(][^\\\\:]*|\\((?:File|Photo) (?:${SENTENCES.join('|')})\\))$`,
    },
    text: { anyOf: [text, list({ anyOf: [text, one('segment')] })] },
    segment: SEGMENT,
    place: keys({ latitude: { type: 'number' }, longitude: { type: 'number' } }, ['latitude', 'longitude']),
    button: keys(
      {
        type: words(
          'default url callback callback_with_password request_phone request_location request_poll request_peer switch_inline switch_inline_same game buy auth user_profile web_view simple_web_view copy_text disabled',
        ),
        ...{ text, data: text, dataBase64: { type: 'string', pattern: '^[A-Za-z0-9_-]*$' } },
        ...{ forward_text: text, button_id: whole },
      },
      ['type'],
    ),
    reaction: keys(
      {
        ...{ type: words('emoji custom_emoji paid empty'), count: whole, emoji: text, document_id: text },
        recent: list(
          keys({ from: name, from_id: one('peer'), date: one('date') }, ['from', 'from_id', 'date']),
        ),
      },
      ['type', 'count'],
    ),
    block: {
      type: 'object',
      properties: {
        type: words(
          'heading paragraph footer thinking author_date code divider anchor math list quote photo video audio file cover collage slideshow table details embed embed_post related_articles channel map input_map button_row unsupported',
        ),
      },
      required: ['type'],
    },
  },
};
