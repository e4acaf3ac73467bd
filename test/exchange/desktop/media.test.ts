import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import type { FileReference, StoredFile, StoredPhoto } from '../../../lib/messages/document/file.js';
import type { Media } from '../../../lib/messages/document/media.js';
import { post } from '../../support/documents.js';
import { ANN, BOT, CHANNEL, compact, written } from './desktop-scene.js';

const HEAD = { id: 7, type: 'message', date: '2024-03-05T12:00:00', date_unixtime: '1709640000' };
const FROM = { from: 'Ann Lee', from_id: 'user42' };
const NO_TEXT = { text: '', text_entities: [] };

function reference(size: number, mime: string, name?: string): FileReference {
  return {
    source: 'document',
    ...{ id: '77', accessHash: '1', dc: 2, size, mime, fileReference: '' },
    ...(name !== undefined && { name }),
  };
}

const photo: StoredPhoto = {
  reference: { ...reference(900, 'image/jpeg'), source: 'photo', variant: 'y' },
  date: 1,
  sizes: [
    { kind: 'stripped', type: 'i', bytes: 'AA==' },
    { kind: 'file', type: 'm', width: 320, height: 200, size: 300 },
    { kind: 'progressive', type: 'y', width: 1280, height: 800, size: 900, steps: [100, 900] },
  ],
};
const video: StoredFile = {
  reference: reference(5_000_000_000, 'video/mp4', 'film.mp4'),
  date: 1,
  thumbs: [
    { kind: 'stripped', type: 'i', bytes: 'AA==' },
    { kind: 'file', type: 'm', width: 320, height: 180, size: 4000 },
  ],
  video: { duration: 61.9, width: 1920, height: 1080 },
};
const sticker: StoredFile = {
  reference: reference(100, 'image/webp', 'sticker.webp'),
  date: 1,
  image: { width: 512, height: 512 },
  sticker: { emoji: '🙂', set: { kind: 'none' } },
};
const song: StoredFile = {
  reference: reference(100, 'audio/mpeg', 'song.mp3'),
  date: 1,
  audio: { duration: 200, performer: 'Band', title: 'Song' },
};
const point = { latitude: 55.755833, longitude: -0.5 };
const place = '{"latitude":55.755833,"longitude":-0.5}';

function holding(media: Media, fields: Partial<PostDocument> = {}): PostDocument {
  return post({ author: ANN, media, ...fields });
}

/** The keys between the author and the text. */
function mediaJson(media: Media, fields: Partial<PostDocument> = {}): string {
  const json = compact(holding(media, fields));
  const start = JSON.stringify({ ...HEAD, ...FROM }).slice(0, -1);
  const end = JSON.stringify(NO_TEXT).slice(1);
  assert.ok(json.startsWith(start) && json.endsWith(end), json);
  return json.slice(start.length + 1, -end.length - 1);
}

const FILE = '"file":"files/77"';

/** What the specification of result.json says of each kind of media. */
const MEDIA: { readonly [Kind in Media['kind']]: readonly [media: Media, keys: string] } = {
  photo: [
    { kind: 'photo', photo, spoiler: true, selfDestructs: 5 },
    '"photo":"files/77","photo_file_size":900,"width":1280,"height":800,"media_spoiler":true,"self_destruct_period_seconds":5',
  ],
  video: [
    { kind: 'video', file: video, spoiler: true },
    `${FILE},"file_name":"film.mp4","file_size":5000000000,"thumbnail":"files/77_thumb.jpg","thumbnail_file_size":4000,` +
      '"media_type":"video_file","mime_type":"video/mp4","duration_seconds":61,"width":1920,"height":1080,"media_spoiler":true',
  ],
  round_video: [
    {
      kind: 'round_video',
      file: {
        reference: reference(9, 'video/mp4'),
        date: 1,
        video: { duration: 3, width: 240, height: 240, round: true },
      },
    },
    `${FILE},"file_size":9,"media_type":"video_message","mime_type":"video/mp4","duration_seconds":3,"width":240,"height":240`,
  ],
  animation: [
    {
      kind: 'animation',
      file: { ...video, reference: reference(9, 'video/mp4'), thumbs: [], animated: true },
    },
    `${FILE},"file_size":9,"media_type":"animation","mime_type":"video/mp4","duration_seconds":61,"width":1920,"height":1080`,
  ],
  audio: [
    { kind: 'audio', file: song },
    `${FILE},"file_name":"song.mp3","file_size":100,"media_type":"audio_file","performer":"Band","title":"Song","mime_type":"audio/mpeg","duration_seconds":200`,
  ],
  voice: [
    {
      kind: 'voice',
      file: { reference: reference(9, 'audio/ogg'), date: 1, audio: { duration: 0.4, voice: true } },
    },
    `${FILE},"file_size":9,"media_type":"voice_message","mime_type":"audio/ogg"`,
  ],
  sticker: [
    { kind: 'sticker', file: sticker },
    `${FILE},"file_name":"sticker.webp","file_size":100,"media_type":"sticker","sticker_emoji":"🙂","mime_type":"image/webp","width":512,"height":512`,
  ],
  custom_emoji: [
    {
      kind: 'custom_emoji',
      file: {
        reference: reference(9, 'image/webp'),
        date: 1,
        customEmoji: { emoji: '🙂', set: { kind: 'none' } },
      },
    },
    `${FILE},"file_size":9,"media_type":"sticker","sticker_emoji":"🙂","mime_type":"image/webp"`,
  ],
  file: [
    { kind: 'file', file: { reference: reference(9, 'application/zip', 'a.zip'), date: 1 } },
    `${FILE},"file_name":"a.zip","file_size":9,"mime_type":"application/zip"`,
  ],
  contact: [
    {
      kind: 'contact',
      firstName: 'Zoë',
      lastName: '',
      phone: '447911123456',
      vcard: 'BEGIN:VCARD é',
      user: 0,
    },
    '"contact_information":{"first_name":"Zoë","last_name":"","phone_number":"+447911123456"},"contact_vcard":"contacts/contact_1.vcard","contact_vcard_file_size":14',
  ],
  location: [{ kind: 'location', point }, `"location_information":${place}`],
  live_location: [
    { kind: 'live_location', period: 900 },
    '"location_information":null,"live_location_period_seconds":900',
  ],
  venue: [
    { kind: 'venue', point, title: 'Café', address: 'Street 1', provider: 'p', venue: 'v', venueKind: 'k' },
    `"place_name":"Café","address":"Street 1","location_information":${place}`,
  ],
  game: [
    { kind: 'game', id: '1', accessHash: '2', name: 'chess', title: 'Chess', description: 'Play', photo },
    '"via_bot":"@abot","game_title":"Chess","game_description":"Play","game_link":"https://t.me/abot?game=chess"',
  ],
  invoice: [
    {
      kind: 'invoice',
      title: 'T',
      description: 'D',
      price: { currency: 'EUR', amount: '100' },
      receipt: 9,
      start: 's',
    },
    '"invoice_information":{"title":"T","description":"D","amount":100,"currency":"EUR","receipt_message_id":9}',
  ],
  poll: [
    {
      ...{ kind: 'poll', id: '1', closed: true },
      question: { text: 'Q', entities: [] },
      answers: [
        { text: 'Yes', entities: [{ kind: 'bold', offset: 0, length: 3 }], option: 'MA==' },
        { text: 'No', entities: [], option: 'MQ==' },
      ],
      results: { voters: 3, answers: [{ option: 'MA==', voters: 3, chosen: true }] },
    },
    '"poll":{"question":"Q","closed":true,"total_voters":3,"answers":[{"text":[{"type":"bold","text":"Yes"}],"voters":3,"chosen":true},{"text":"No","voters":0,"chosen":false}]}',
  ],
  checklist: [
    {
      ...{ kind: 'checklist', title: { text: 'List', entities: [] }, othersMayAdd: true },
      tasks: [{ id: 1, text: 'Buy', entities: [] }],
    },
    '"todo_list":{"title":"List","others_can_append":true,"others_can_complete":false,"answers":[{"text":"Buy","id":1}]}',
  ],
  giveaway: [
    {
      kind: 'giveaway',
      channels: [CHANNEL],
      countries: ['DE'],
      quantity: 2,
      months: 3,
      until: 1_709_640_000,
    },
    '"giveaway_information":{"quantity":2,"months":3,"until_date":"2024-03-05T12:00:00","channels":[9],"countries":["DE"],"stars":0,"is_only_new_subscribers":false}',
  ],
  giveaway_results: [
    {
      ...{ kind: 'giveaway_results', channel: CHANNEL, launch: 5, winners: [ANN], winnerCount: 1 },
      ...{ unclaimedCount: 0, stars: '50', until: 1_709_640_000, refunded: true, description: 'Cup' },
    },
    '"giveaway_results":{"channel":9,"winners":[42],"additional_prize":"Cup","until_date":"2024-03-05T12:00:00","launch_message_id":5,"additional_peers_count":0,"winners_count":1,"unclaimed_count":0,"months":0,"stars":50,"is_refunded":true,"is_only_new_subscribers":false}',
  ],
  paid_media: [{ kind: 'paid_media', stars: '25', items: [] }, '"paid_stars_amount":25'],
  web_page: [{ kind: 'web_page', page: { kind: 'none', id: '1' } }, ''],
  dice: [{ kind: 'dice', emoji: '🎲', value: 6 }, ''],
  story: [{ kind: 'story', peer: ANN, id: 1 }, ''],
  video_stream: [{ kind: 'video_stream', call: { kind: 'link', slug: 's' } }, ''],
  unknown: [{ kind: 'unknown', id: '00000001', tl: '' }, ''],
};

for (const [kind, [media, keys]] of Object.entries(MEDIA)) {
  if (kind === 'unknown') continue;
  test(`a message with ${kind} is written as the specification says`, () => {
    const fields = kind === 'game' ? { viaBot: BOT } : {};
    const json = compact(holding(media, fields));
    const middle = keys === '' ? '' : `${keys},`;
    assert.equal(
      json,
      `${JSON.stringify({ ...HEAD, ...FROM }).slice(0, -1)},${middle}${JSON.stringify(NO_TEXT).slice(1)}`,
    );
  });
}

test('media that this version cannot read leave nothing but the id', () => {
  assert.equal(compact(holding(MEDIA.unknown[0])), '{"id":7,"type":"unsupported"}');
  const unknown = {
    version: 1,
    kind: 'unknown',
    id: 7,
    unknown: { kind: 'unknown', id: '00000001', tl: '' },
  } as const;
  assert.equal(compact(unknown), '{"id":7,"type":"unsupported"}');
});

test('a file that destroyed itself is unavailable; of a photo that is gone the path is left out', () => {
  const unavailable = '(File unavailable, please try again later)';
  assert.equal(
    mediaJson({ kind: 'photo', selfDestructs: 5 }),
    `"photo":"${unavailable}","photo_file_size":0,"self_destruct_period_seconds":5`,
  );
  assert.equal(mediaJson({ kind: 'file' }), `"file":"${unavailable}","file_size":0`);
  assert.equal(mediaJson({ kind: 'photo', photo: { gone: true, id: '1' } }), '"photo_file_size":0');
});

test('with --strict-desktop the facts of an invoice are a text that contains JSON', () => {
  const json = written(holding(MEDIA.invoice[0]), { strict: true });
  assert.ok(
    json.includes(
      String.raw`"invoice_information": "{\"title\":\"T\",\"description\":\"D\",\"amount\":100,\"currency\":\"EUR\",\"receipt_message_id\":9}"`,
    ),
    json,
  );
});
