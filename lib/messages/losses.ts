/**
 * Why a message was left out, each with a sentence for people. Stable: counted in the summary, kept in the ledger, read
 * by machines. README.md lists them: `npm run losses-doc`.
 */
export const SKIP_REASONS = {
  service:
    'A service message: who joined, a new title, a pinned message, a topic that was created or closed.',
  poll: 'A poll or quiz.',
  location: 'A place on the map.',
  live_location: 'A live location.',
  venue: 'A venue.',
  contact: 'A contact.',
  dice: 'Dice and the like, whose value Telegram draws.',
  game: "A bot's game.",
  invoice: "A bot's invoice.",
  story: 'A story that was forwarded.',
  giveaway: 'A giveaway, or its results.',
  paid_media: 'Media that cost stars.',
  checklist: 'A checklist.',
  video_stream: 'A live stream.',
  rich_message: 'A message with headings, tables and the like (a rich message).',
  self_destructing: 'Media that destroy themselves.',
  media_gone: "A photo or file that isn't there any more.",
  empty_file: 'A file without a byte, which Telegram takes from nobody.',
  empty: 'A message with neither text nor media.',
  deleted: 'It was deleted while the clone was running.',
  deleted_in_doubt:
    'It was deleted from the source while it was uncertain whether it had been sent: look in the target.',
  checkpoint: 'It was not finished when checkpoint.txt was moved beyond it by hand.',
  sent_before: 'Nothing is lost: an earlier run has sent it.',
  already_sent: "Telegram says that it was sent before, and its copy isn't in the target any more.",
  unsupported: 'A kind of message that is newer than this version of TelePi.',
} as const satisfies Record<string, string>;

export type SkipReason = keyof typeof SKIP_REASONS;

/**
 * What a copy lacks of its original, though the message itself was sent, each with a sentence for people. Stable, counted
 * and shown as the reasons of skipped messages are. README.md lists them: `npm run losses-doc`.
 */
export const REDUCTIONS = {
  reply: 'It answers a message that has no copy, or one of another chat, or a story.',
  buttons: 'Buttons of a bot, which only that bot can send.',
  mention: "A mention of somebody without a @name whom this account hasn't met; the words stay.",
  entities: 'Formatting that Telegram refused.',
  custom_emoji:
    'Custom emoji, which need Premium outside Saved Messages; the ordinary ones behind them stay.',
  effect: 'The animation that is played when the message arrives.',
  thumbnail: "The file's own thumbnail could not be had: Telegram makes another one.",
  video_cover: "The video's own cover, which Telegram doesn't let this account send.",
  sticker_set: 'A sticker that is in no set any more: Telegram took it as a file only.',
  photo_as_file: "A photo that was sent as a file: Telegram doesn't take it as a photo.",
  live_photo: 'The moving part of a live photo.',
  attached_stickers: 'The list of stickers that were put on a photo or video; the picture has them.',
  preview_layout: 'How the link preview is laid out; the link is there.',
  pinned: 'It is pinned in the source; its copy is not.',
  topic: 'It has a topic of its own, and its copy stands among those of other topics.',
  topic_icon: "The topic's emoji icon, which needs Premium.",
  topic_closed:
    'The topic is closed in the source, and open in the target: General, or a topic of somebody else.',
  topic_pinned:
    'The topic is pinned in the source, and not in the target, where this account may not pin it.',
  topic_hidden: 'General is hidden in the source, and not in the target.',
} as const satisfies Record<string, string>;

export type Reduction = keyof typeof REDUCTIONS;
