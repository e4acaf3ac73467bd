import type { Kind, KindTable } from './kind.js';

/** A button under a message that needs its bot. */
function needsBot(sentence: string): Kind {
  return { outcome: 'skip', losses: ['buttons'], sentence };
}

/** A part of the keyboard that a bot shows in place of the reader's own; it isn't part of the message. */
function keyboard(sentence: string): Kind {
  return { outcome: 'skip', sentence };
}

/** A form for requests of bots, which no message contains. */
function ofRequests(what: string): Kind {
  return {
    outcome: 'skip',
    sentence: `The form in which a bot asks Telegram for ${what}; no message contains it.`,
  };
}

/** The buttons and keyboards that come with a message (ReplyMarkup). */
export const MARKUP = {
  ReplyKeyboardHide: keyboard("A bot's request to hide its keyboard shows nothing in the message."),
  ReplyKeyboardForceReply: keyboard("A bot's request for a reply shows nothing in the message."),
  ReplyKeyboardMarkup: keyboard("A bot's keyboard below the input field belongs to that bot's chat."),
  ReplyInlineMarkup: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons', '--via'],
    sentence: 'Buttons that open a link become lines of links below the text; the others need their bot.',
  },
} as const satisfies KindTable;

export const BUTTON_ROWS = {
  KeyboardButtonRow: keyboard("A row of a bot's keyboard belongs to that bot's chat."),
} as const satisfies KindTable;

export const INLINE_BUTTON_ROWS = {
  KeyboardInlineButtonRow: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons'],
    sentence: 'The links of a row of buttons become lines of the text, from left to right.',
  },
} as const satisfies KindTable;

export const BUTTONS = {
  KeyboardButton: keyboard("A button of a bot's keyboard belongs to that bot's chat."),
} as const satisfies KindTable;

export const INLINE_BUTTONS = {
  KeyboardInlineButton: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons'],
    sentence: 'A button that opens a link becomes its words with that link.',
  },
} as const satisfies KindTable;

export const BUTTON_STYLES = {
  KeyboardButtonStyle: needsBot("A button's colour and icon; only bots can set them."),
} as const satisfies KindTable;

/** What a button of a bot's keyboard does (ButtonType). */
export const BUTTON_TYPES = {
  ButtonTypeDefault: keyboard('It sends its words to the bot.'),
  ButtonTypeRequestPhone: keyboard("It sends the reader's phone number to the bot."),
  ButtonTypeRequestGeoLocation: keyboard("It sends the reader's place to the bot."),
  ButtonTypeRequestPoll: keyboard('It makes the reader create a poll for the bot.'),
  ButtonTypeRequestPeer: keyboard('It makes the reader choose a chat for the bot.'),
  InputButtonTypeRequestPeer: ofRequests('a button that makes the reader choose a chat'),
  ButtonTypeSimpleWebView: keyboard("It opens a page of the bot's."),
} as const satisfies KindTable;

/** What a button under a message does (InlineButtonType). */
export const INLINE_BUTTON_TYPES = {
  InlineButtonTypeUrl: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons', '--via'],
    sentence: 'A button that opens a link becomes a line with that link, rewritten if it led to the source.',
  },
  InlineButtonTypeUrlAuth: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons', '--via'],
    sentence: 'A button that opens a site and signs the reader in becomes a line with the link alone.',
  },
  InputInlineButtonTypeUrlAuth: ofRequests('a button that signs the reader in'),
  InlineButtonTypeWebView: needsBot('A mini app opens only from a button of its bot.'),
  InlineButtonTypeCallback: needsBot(
    'The button asks its bot for something, and no other sender can receive that.',
  ),
  InlineButtonTypeGame: needsBot("The button starts a game of its bot's."),
  InlineButtonTypeBuy: needsBot("The button pays an invoice of its bot's."),
  InlineButtonTypeSwitchInline: needsBot('The button writes a query for its bot.'),
  InlineButtonTypeUserProfile: needsBot("The button opens somebody's profile; only bots can send it."),
  InputInlineButtonTypeUserProfile: ofRequests("a button that opens somebody's profile"),
  InlineButtonTypeCopy: needsBot('The button copies a text for the reader; only bots can send it.'),
  InlineButtonTypeDisabled: needsBot('The button does nothing; only bots can send it.'),
} as const satisfies KindTable;
