import type { SelectionReason } from './selection/reasons.js';

/**
 * Why a message was left out or, for what can't be created again, became a card, each reason with a sentence for people. The names are stable: the summary counts them, the
 * ledger keeps them, machines read them. README.md lists them: `npm run losses-doc`.
 */
export const SKIP_REASONS = {
  service:
    'A service message: who joined, a new title, a pinned message, a topic that was created or closed.',
  poll: 'A poll or quiz, where Telegram accepts none: in private chats with people.',
  location: 'A place on the map without its coordinates.',
  live_location: 'A live location without its coordinates.',
  venue: 'A venue without its coordinates.',
  contact: 'A contact without a phone number.',
  dice: 'Dice and the like: Telegram itself draws the value.',
  game: "A bot's game.",
  invoice: "A bot's invoice.",
  story: 'A story that may not be shared, or that is over.',
  giveaway: 'A giveaway, or its results.',
  paid_media: 'Media that cost Stars.',
  checklist: 'A checklist; older versions of TelePi skipped it.',
  video_stream: 'A live stream.',
  rich_message: 'A rich message that consists of nothing that can be sent, and has no words.',
  self_destructing: 'Self-destructing media.',
  media_gone: 'A photo or file that no longer exists.',
  empty_file: 'An empty file, which Telegram does not accept.',
  empty: 'A message with neither text nor media.',
  deleted: 'It was deleted while the run was in progress.',
  deleted_in_doubt:
    'It was deleted from the source before it was certain whether it had been sent: look in the target.',
  checkpoint: 'It was not finished when somebody moved checkpoint.txt beyond it.',
  sent_before: 'An earlier run has sent it, so nothing is lost.',
  already_sent: 'Telegram says that it was sent before, but its copy is no longer in the target.',
  left_out: 'The program of `--pipe` left it out.',
  emptied: 'Nothing was left of its text after `--replace`, `--strip` and the like.',
  unsupported: 'A kind of message that is newer than this version of TelePi.',
} as const satisfies Record<string, string>;

/** Includes what a selection leaves out. */
export type SkipReason = keyof typeof SKIP_REASONS | SelectionReason;

/**
 * What a copy lacks of its original, though the message itself was sent, each loss with a sentence for people. The
 * names are stable, and counted and shown like the reasons for skipped messages. README.md lists them: `npm run
 * losses-doc`.
 */
export const REDUCTIONS = {
  card: "A card stands in its place, one short text that says what stood there: Telegram can't create it again.",
  reply:
    'It replies to a message that has no copy, to one of another chat that this account may not answer, or to a story.',
  quote: 'The quoted words, which the copy of the answered message does not contain.',
  reply_detail: 'Which task of a checklist or which answer of a poll is replied to.',
  buttons:
    "A bot's buttons, which only that bot can send; the ones that open an address become lines of links (`--buttons`).",
  changed:
    'Its own words: `--replace`, `--strip`, `--caption-template`, `--pipe` or `--attribution` changed them, or a link leads to the copy of a message.',
  source_link:
    "A link to a message of the source that had no copy when this one was sent, such as a later message; it leads to the source's.",
  text_apart:
    'What was added to media that take no caption, such as a sticker or a poll, stands in the next message.',
  split: 'The text was too long for one message of this account and continues in the next one.',
  mention: "A mention of somebody who has no @name and whom this account hasn't met; the text stays.",
  entities:
    'Formatting that Telegram refused or accepts from nobody, or that goes beyond the hundred pieces of one message.',
  custom_emoji:
    'Custom emoji, which need Premium outside Saved Messages; the ordinary emoji behind them stay.',
  effect:
    'The animation that is played when the message arrives, which Telegram plays in private chats only.',
  forward_header:
    'The line that says from whom or where the message was forwarded; `--attribution` can write it.',
  via_bot: 'The name of the bot, or of the person, through whom the message was sent.',
  contact_account:
    "The account of a contact: Telegram looked it up by the phone number for the copy, and didn't find it.",
  album:
    'Another item of its album, or of its paid media, which could not be sent; the others stay one album.',
  price: 'The price of paid media; its copy is free.',
  thumbnail: "The file's own thumbnail, which could not be read; Telegram makes another one.",
  video_cover: "The video's own cover, which Telegram doesn't let this account send.",
  sticker_set:
    'The set of a sticker that is no longer in any set: Telegram accepted the sticker only as a file.',
  photo_as_file: 'A photo that Telegram did not accept as a photo; it was sent as a file.',
  live_photo: 'The moving part of a live photo, which could not be sent with it.',
  votes: 'The votes of a poll, and who added answers to it.',
  poll_public: 'Who voted for what in a public poll; channels accept anonymous polls only.',
  poll_open: 'That people may add answers to a poll, which only a public poll allows, and no quiz.',
  poll_audience: "A poll's restriction to subscribers or countries, which only channels accept.",
  poll_media:
    'Media of a poll, of an answer or of an explanation, which no longer exists or which no poll accepts.',
  poll_closed:
    'The poll is closed in the source and open in the target, where Telegram did not let it be closed.',
  quiz_answer:
    'The right answer of a quiz, which this account does not know; a plain poll with a note is sent.',
  completions: 'Who completed a task of a checklist, and when.',
  checklist_as_text:
    'A checklist written as lines of text, since it needs Premium and is not allowed in channels.',
  live_place: 'The way of a live location; its copy stays at the last place.',
  attached_stickers: 'The list of stickers on a photo or video; the picture still shows them.',
  preview_layout: 'The layout of the link preview; the link is there.',
  rich_layout:
    'Headings, tables and other layout of a rich message that this account may not send, or that `--pipe` changes; its text, formatting and media stay.',
  rich_media: 'A photo or file of a rich message that could not be sent with it.',
  rich_part: 'The end of a long rich message, which Telegram did not show.',
  pinned: 'The message is pinned in the source; its copy is not, because this account may not pin it.',
  chat_title: "The source's title, which this account may not give to the target.",
  chat_about: "The source's description, which this account may not give to the target.",
  chat_photo: "The source's photo, which this account may not give to the target, or which Telegram refused.",
  topic: "Its topic: the copy stands among other topics' messages.",
  topic_icon: "The topic's emoji icon, which needs Premium.",
  topic_title: "General's title in the source, which this account may not give to the target's General.",
  topic_closed:
    'The topic is closed in the source but not in the target, where this account may not close it.',
  topic_pinned: 'The topic is pinned in the source but not in the target, where this account may not pin it.',
  topic_order: "The topic's place among the pinned topics, where this account may not order them.",
  topic_hidden: 'General is hidden in the source but not in the target, where this account may not hide it.',
} as const satisfies Record<string, string>;

export type Reduction = keyof typeof REDUCTIONS;
