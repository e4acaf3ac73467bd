import type { KindTable } from './kind.js';

/** Every form in which a request can name media (InputMedia): whether a copy is ever sent like this. */
export const INPUT_MEDIA = {
  InputMediaEmpty: { outcome: 'skip', sentence: 'A text without media is sent by a request of its own.' },
  InputMediaUploadedPhoto: { outcome: 'same', sentence: 'A photo whose bytes are streamed to the target.' },
  InputMediaPhoto: {
    outcome: 'same',
    options: ['--via'],
    sentence:
      'A photo that Telegram already has: an uploaded part of an album, or a photo sent by reference.',
  },
  InputMediaGeoPoint: {
    outcome: 'same',
    sentence: 'A place, and the last place of a live location.',
  },
  InputMediaContact: { outcome: 'same', sentence: 'A contact.' },
  InputMediaUploadedDocument: { outcome: 'same', sentence: 'A file whose bytes are streamed to the target.' },
  InputMediaDocument: {
    outcome: 'same',
    options: ['--via'],
    sentence:
      'A file that Telegram already has: a sticker, a GIF, a part of an album, or a file sent by reference.',
  },
  InputMediaVenue: { outcome: 'same', sentence: 'A venue.' },
  InputMediaPhotoExternal: {
    outcome: 'skip',
    sentence:
      'Telegram would fetch the photo from a web address, and the photo there may be another one by now.',
  },
  InputMediaDocumentExternal: {
    outcome: 'skip',
    sentence:
      'Telegram would fetch the file from a web address, and the file there may be another one by now.',
  },
  InputMediaGame: { outcome: 'skip', sentence: 'Only the bot that made a game can send it.' },
  InputMediaInvoice: { outcome: 'skip', sentence: 'Only bots can send invoices.' },
  InputMediaGeoLive: {
    outcome: 'skip',
    sentence: 'A copy that pretends to be live would show a place where nobody is.',
  },
  InputMediaPoll: { outcome: 'same', sentence: 'A poll or quiz.' },
  InputMediaDice: { outcome: 'skip', sentence: 'Telegram would draw another value.' },
  InputMediaStory: { outcome: 'same', sentence: 'A story that is shared again.' },
  InputMediaWebPage: {
    outcome: 'same',
    sentence: "A link's preview whose size or link the sender chose, or that is the whole message.",
  },
  InputMediaPaidMedia: { outcome: 'skip', sentence: 'A copy never asks people to pay.' },
  InputMediaTodo: {
    outcome: 'same',
    sentence: 'A checklist, where the account and the target allow one.',
  },
  InputMediaStakeDice: { outcome: 'skip', sentence: 'It would stake money.' },
} as const satisfies KindTable;
