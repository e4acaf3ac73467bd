import type { KindTable } from './kind.js';

/** Every kind of media that a message can hold (MessageMedia). */
export const MEDIA = {
  MessageMediaEmpty: { outcome: 'same', sentence: 'There is no media; the text is sent.' },
  MessageMediaPhoto: {
    outcome: 'same',
    losses: ['photo_as_file', 'attached_stickers', 'live_photo'],
    otherwise: ['self_destructing', 'media_gone'],
    options: ['--via'],
    sentence: 'A photo is sent with its spoiler and its moving part; Telegram draws a streamed photo again.',
  },
  MessageMediaGeo: {
    outcome: 'same',
    otherwise: ['location'],
    sentence: 'A place on the map is sent with its coordinates and their accuracy.',
  },
  MessageMediaContact: {
    outcome: 'same',
    losses: ['contact_account'],
    otherwise: ['contact'],
    sentence: 'A contact is sent with its name, phone number and card.',
  },
  MessageMediaUnsupported: {
    outcome: 'card',
    reason: 'unsupported',
    options: ['--append-missed'],
    sentence: 'The kind is newer than this version of TelePi, and Telegram does not send it the contents.',
  },
  MessageMediaDocument: {
    outcome: 'same',
    losses: ['thumbnail', 'video_cover', 'sticker_set', 'attached_stickers'],
    otherwise: ['self_destructing', 'media_gone', 'empty_file'],
    options: ['--via'],
    sentence:
      'A file, video, audio, voice or round message, animation or sticker keeps its bytes and attributes.',
  },
  MessageMediaWebPage: {
    outcome: 'same',
    losses: ['preview_layout'],
    sentence:
      "A link's preview is shown as in the source, and Telegram fills it with what it knows about the link.",
  },
  MessageMediaVenue: {
    outcome: 'same',
    otherwise: ['venue'],
    sentence: 'A venue is sent with its place, title, address and provider.',
  },
  MessageMediaGame: {
    outcome: 'card',
    reason: 'game',
    options: ['--via'],
    sentence: 'Only the bot that made a game can send it; forwarding keeps it.',
  },
  MessageMediaInvoice: {
    outcome: 'card',
    reason: 'invoice',
    options: ['--via'],
    sentence: 'Only the bot that made an invoice can send it; forwarding keeps it.',
  },
  MessageMediaGeoLive: {
    outcome: 'near',
    losses: ['live_place'],
    otherwise: ['live_location'],
    sentence: 'A live location is sent as the place where it was last seen.',
  },
  MessageMediaPoll: {
    outcome: 'near',
    losses: [
      'votes',
      'poll_public',
      'poll_open',
      'poll_audience',
      'poll_media',
      'poll_closed',
      'quiz_answer',
    ],
    otherwise: ['poll'],
    options: ['--via'],
    sentence:
      'A poll or quiz starts without votes, with its media and explanation, and is closed if it was closed.',
  },
  MessageMediaDice: {
    outcome: 'card',
    reason: 'dice',
    options: ['--via'],
    sentence:
      'Telegram draws the value of dice and the like itself; a card shows it, and forwarding keeps it.',
  },
  MessageMediaStory: {
    outcome: 'same',
    otherwise: ['story'],
    sentence: 'A story is shared again as long as it exists and its owner lets people share it.',
  },
  MessageMediaGiveaway: {
    outcome: 'card',
    reason: 'giveaway',
    options: ['--via'],
    sentence: 'Only Telegram posts giveaways, after a payment; forwarding keeps it.',
  },
  MessageMediaGiveawayResults: {
    outcome: 'card',
    reason: 'giveaway',
    options: ['--via'],
    sentence: 'Only Telegram posts the results of a giveaway; forwarding keeps them.',
  },
  MessageMediaPaidMedia: {
    outcome: 'near',
    losses: ['price'],
    otherwise: ['paid_media'],
    options: ['--via'],
    sentence: 'Paid media that this account may see is sent as ordinary media.',
  },
  MessageMediaToDo: {
    outcome: 'near',
    losses: ['completions', 'checklist_as_text'],
    sentence:
      'A checklist is sent with its tasks, and completed tasks are marked as completed by this account.',
  },
  MessageMediaVideoStream: {
    outcome: 'card',
    reason: 'video_stream',
    sentence: 'A live stream exists only while it is on the air.',
  },
} as const satisfies KindTable;

/** The items of paid media (MessageExtendedMedia). */
export const PAID_ITEMS = {
  MessageExtendedMediaPreview: {
    outcome: 'card',
    reason: 'paid_media',
    sentence: 'This account has not paid for the item, and its blurred preview is never copied.',
  },
  MessageExtendedMedia: {
    outcome: 'near',
    losses: ['price'],
    sentence: 'An item that this account may see is sent as an ordinary photo or video.',
  },
} as const satisfies KindTable;

/** What makes a file a video, a sticker and so on (DocumentAttribute). */
export const FILE_ATTRIBUTES = {
  DocumentAttributeImageSize: { outcome: 'same', sentence: "The picture's width and height." },
  DocumentAttributeAnimated: { outcome: 'same', sentence: 'An animation (GIF) is sent by reference.' },
  DocumentAttributeSticker: {
    outcome: 'same',
    losses: ['sticker_set'],
    sentence: 'A sticker is sent by reference, so that it stays a sticker of its set.',
  },
  DocumentAttributeVideo: {
    outcome: 'same',
    sentence: "A video's or round message's duration, width and height, and whether it has sound.",
  },
  DocumentAttributeAudio: {
    outcome: 'same',
    sentence: "An audio file's title and performer, or a voice message's waveform, with the duration.",
  },
  DocumentAttributeFilename: { outcome: 'same', sentence: "The file's name." },
  DocumentAttributeHasStickers: {
    outcome: 'skip',
    losses: ['attached_stickers'],
    sentence: 'The list of stickers on a video is left out; the picture still shows them.',
  },
  DocumentAttributeCustomEmoji: {
    outcome: 'same',
    losses: ['sticker_set'],
    sentence:
      'A custom emoji that is a message of its own is sent by reference, so that it stays one of its set.',
  },
} as const satisfies KindTable;
