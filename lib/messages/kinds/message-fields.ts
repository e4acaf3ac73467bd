import type { Kind, KindTable } from './kind.js';

/** What Telegram says about the original alone: a copy has its own, or none. */
function own(sentence: string): Kind {
  return { outcome: 'skip', sentence };
}

/** The author and the date, which a line can name. */
function origin(sentence: string): Kind {
  return { outcome: 'skip', options: ['--attribution', '--via'], sentence };
}

function via(sentence: string): Kind {
  return { outcome: 'skip', losses: ['via_bot'], options: ['--via'], sentence };
}

/** The kinds of entries in a history (Message). */
export const MESSAGES = {
  MessageEmpty: own('The message no longer exists.'),
  Message: {
    outcome: 'same',
    sentence: 'What somebody posted is posted again, as far as the tables below say.',
  },
  MessageService: {
    outcome: 'skip',
    reason: 'service',
    options: ['--service'],
    sentence:
      "Telegram's own note about the chat is skipped; the tables of actions say what is done instead.",
  },
} as const satisfies KindTable;

/** Every field and flag of a message. */
export const MESSAGE_FIELDS = {
  out: own('Whether this account wrote it: it writes every copy.'),
  mentioned: own('Whether it mentions this account.'),
  mediaUnread: own('Whether its voice or round message was played by this account.'),
  silent: { outcome: 'same', sentence: 'A message that was sent silently is copied silently.' },
  post: own('Whether it is a post of a channel: a copy is one in a channel.'),
  fromScheduled: own('Whether it was scheduled before it was posted.'),
  legacy: own('Whether Telegram asks for it to be read again.'),
  editHide: own('Whether its edit is not shown.'),
  pinned: {
    outcome: 'same',
    losses: ['pinned'],
    sentence: 'Pinned messages are pinned in the target in their order, without notices.',
  },
  noforwards: {
    outcome: 'skip',
    options: ['--allow-protected'],
    sentence: 'A run stops before a message whose sender has restricted saving and forwarding it.',
  },
  invertMedia: { outcome: 'same', sentence: 'The media or link preview stands above the text.' },
  offline: own('Whether a business account sent it by itself.'),
  videoProcessingPending: own(
    'Whether Telegram is still preparing the video; it prepares that of a copy, too.',
  ),
  paidSuggestedPostStars: own('Whether somebody paid Stars for the post.'),
  paidSuggestedPostTon: own('Whether somebody paid TON for the post.'),
  id: own('Its number: a copy has its own, and the ledger holds both.'),
  fromId: origin('Its author: the account, or the channel, is the author of its copy.'),
  fromBoostsApplied: own('How often its author has boosted the group.'),
  fromRank: own("Its author's title in the group."),
  peerId: own('The chat where it stands.'),
  savedPeerId: own('The part of Saved Messages, or of direct messages, where it stands.'),
  fwdFrom: {
    outcome: 'skip',
    losses: ['forward_header'],
    options: ['--attribution', '--via'],
    sentence: 'Where it was forwarded from; the table of forward headers says more.',
  },
  viaBotId: via('The bot through which it was sent.'),
  viaBusinessBotId: via('The bot that wrote it for a business account.'),
  guestchatViaFrom: via('The person for whom a guest bot wrote it.'),
  replyTo: {
    outcome: 'same',
    losses: ['reply', 'quote', 'reply_detail', 'topic'],
    options: ['--reply-fallback'],
    sentence: 'What it answers, and its topic; the table of reply headers says more.',
  },
  date: origin('When it was posted: a copy has the date of the run.'),
  message: {
    outcome: 'same',
    losses: ['split'],
    options: ['--long'],
    sentence: 'The text or caption; one that is too long for this account continues in a second message.',
  },
  media: {
    outcome: 'same',
    sentence: 'Its photo, file, poll and so on; the table of media says more.',
  },
  replyMarkup: {
    outcome: 'near',
    losses: ['buttons'],
    options: ['--buttons', '--via'],
    sentence: 'Its buttons; the table of buttons says more.',
  },
  entities: {
    outcome: 'same',
    losses: ['entities', 'mention', 'custom_emoji'],
    sentence: "Its text's formatting; the table of formatting says more.",
  },
  views: own('How often it was seen.'),
  forwards: own('How often it was forwarded.'),
  replies: own('How many comments or replies it has: they are messages of their own.'),
  editDate: own('When it was edited: a copy has the text as it is now.'),
  postAuthor: origin("The signature under a channel's post."),
  groupedId: {
    outcome: 'same',
    losses: ['album'],
    sentence: 'An album stays one album, in its order, with the captions of its items.',
  },
  reactions: own('Reactions belong to the people who gave them.'),
  restrictionReason: own('Why some apps do not show it.'),
  ttlPeriod: own('When it deletes itself: a copy follows the settings of the target.'),
  quickReplyShortcutId: own('The quick reply of a business account that it belongs to; a history has none.'),
  effect: {
    outcome: 'same',
    losses: ['effect'],
    sentence: 'The animation on arrival, which Telegram plays in private chats only.',
  },
  factcheck: own('A fact check, which only independent checkers can add.'),
  reportDeliveryUntilDate: own('Until when its delivery is reported to its sender.'),
  paidMessageStars: own('How many Stars its sender paid to send it.'),
  suggestedPost: own("A suggested post's price and state; it has them in a channel's direct messages only."),
  scheduleRepeatPeriod: own('How often a scheduled message repeats; a history has none.'),
  summaryFromLanguage: own("The language from which Telegram's AI can summarise it."),
  richMessage: {
    outcome: 'same',
    losses: ['rich_layout', 'rich_media', 'rich_part'],
    sentence:
      'Headings, tables and the like stay where the account may send them, and else become text and media.',
    otherwise: ['rich_message'],
  },
} as const satisfies KindTable;

/** Every field and flag of a service message; when it is written as a card, the card is a message of the account. */
export const SERVICE_FIELDS = {
  out: own('Whether this account caused it.'),
  mentioned: own('Whether it concerns this account.'),
  mediaUnread: own('Whether this account has seen what it holds.'),
  reactionsArePossible: own('Whether people may react to it.'),
  silent: own('Whether it came silently.'),
  post: own('Whether it is a post of a channel.'),
  legacy: own('Whether Telegram asks for it to be read again.'),
  id: own('Its number.'),
  fromId: origin('Who caused it; a card names them.'),
  peerId: own('The chat where it stands.'),
  savedPeerId: own('The part of Saved Messages, or of direct messages, where it stands.'),
  replyTo: own('The message that it is about, or its topic; a card stands in the copy of the topic.'),
  date: origin('When it happened.'),
  action: {
    outcome: 'skip',
    reason: 'service',
    options: ['--service'],
    sentence: 'What happened; the table of actions says more.',
  },
  reactions: own('Reactions belong to the people who gave them.'),
  ttlPeriod: own('When it deletes itself.'),
} as const satisfies KindTable;
