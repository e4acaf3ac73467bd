import type { Kind, KindTable } from './kind.js';

/** Formatting that Telegram finds in the text by itself: it finds it in the copy, too. */
function found(what: string): Kind {
  return { outcome: 'same', sentence: `Telegram finds ${what} in the copy's text again.` };
}

function set(what: string): Kind {
  return { outcome: 'same', sentence: `${what} at the same words.` };
}

/** A mark in the preview of Telegram's text editor (core.telegram.org/api/ai), never in a message. */
function diff(what: string): Kind {
  return {
    outcome: 'skip',
    losses: ['entities'],
    sentence: `${what} in a preview of Telegram's AI editor: messages have none, and the text stays.`,
  };
}

/** Every kind of formatting (MessageEntity). */
export const ENTITIES = {
  MessageEntityUnknown: {
    outcome: 'skip',
    losses: ['entities'],
    sentence: 'This version of TelePi does not know the formatting; the text stays.',
  },
  MessageEntityMention: { ...found('an @name'), options: ['--strip'] },
  MessageEntityHashtag: { ...found('a #hashtag'), options: ['--strip'] },
  MessageEntityBotCommand: found('a /command'),
  MessageEntityUrl: {
    outcome: 'same',
    options: ['--strip'],
    sentence: 'A link in the text leads to the copy if it led to a message of the source that has one.',
    losses: ['source_link'],
  },
  MessageEntityEmail: found('an e-mail address'),
  MessageEntityBold: set('Bold'),
  MessageEntityItalic: set('Italic'),
  MessageEntityCode: set('Monospaced'),
  MessageEntityPre: set('A block of code, with its language,'),
  MessageEntityTextUrl: {
    outcome: 'same',
    options: ['--strip'],
    sentence: 'Words with a link lead to the copy if they led to a message of the source that has one.',
    losses: ['source_link'],
  },
  MessageEntityMentionName: {
    outcome: 'same',
    losses: ['mention'],
    options: ['--strip'],
    sentence: 'A mention of somebody without an @name stays if this account has met them.',
  },
  InputMessageEntityMentionName: {
    outcome: 'same',
    sentence: 'The form of such a mention in a request; Telegram never sends it.',
  },
  MessageEntityPhone: found('a phone number'),
  MessageEntityCashtag: found('a $cashtag'),
  MessageEntityUnderline: set('Underlined'),
  MessageEntityStrike: set('Struck through'),
  MessageEntityBankCard: found('the number of a bank card'),
  MessageEntitySpoiler: set('A spoiler'),
  MessageEntityCustomEmoji: {
    outcome: 'same',
    losses: ['custom_emoji'],
    sentence: 'Custom emoji stay with Premium, in Saved Messages, and in chats whose level allows them.',
  },
  MessageEntityBlockquote: set('A quotation, collapsed or not,'),
  MessageEntityFormattedDate: set("A date in the reader's own format"),
  MessageEntityDiffInsert: diff('Added words'),
  MessageEntityDiffReplace: diff('Replaced words'),
  MessageEntityDiffDelete: diff('Removed words'),
} as const satisfies KindTable;
