import type { Kind, KindTable } from './kind.js';

/** A reply to something that has no copy. */
function outside(sentence: string): Kind {
  return { outcome: 'near', losses: ['reply'], options: ['--reply-fallback'], sentence };
}

/** A part of the line that says where a message was forwarded from. */
function origin(sentence: string): Kind {
  return {
    outcome: 'skip',
    losses: ['forward_header'],
    options: ['--attribution', '--via'],
    sentence,
  };
}

/** A note of Saved Messages about where a message was saved from. */
function saved(what: string): Kind {
  return {
    outcome: 'skip',
    options: ['--via'],
    sentence: `Saved Messages note ${what} of a saved message; a copy is the account's own message.`,
  };
}

/** What a message answers (MessageReplyHeader). */
export const REPLY_HEADERS = {
  MessageReplyHeader: {
    outcome: 'same',
    losses: ['reply', 'quote', 'reply_detail', 'topic'],
    options: ['--reply-fallback'],
    sentence:
      'A reply answers the copy of the message that it answered, and stands in the copy of its topic.',
  },
  MessageReplyStoryHeader: outside(
    "A reply to a story becomes a line about it: Telegram accepts such replies in its owner's chat only.",
  ),
} as const satisfies KindTable;

/** Where a message was forwarded from (MessageFwdHeader). */
export const FORWARD_HEADERS = {
  MessageFwdHeader: origin(
    "A copy doesn't say where its original was forwarded from, unless a line is added.",
  ),
} as const satisfies KindTable;

export const REPLY_HEADER_FIELDS = {
  replyToScheduled: {
    outcome: 'skip',
    sentence: 'Scheduled messages are not in the history, so none is answered.',
  },
  forumTopic: {
    outcome: 'same',
    losses: ['topic'],
    sentence: 'The message stands in the copy of its topic.',
  },
  quote: {
    outcome: 'same',
    losses: ['quote'],
    sentence: 'Words that the sender chose to quote stay quoted.',
  },
  replyToEphemeral: { outcome: 'skip', sentence: 'Only one reader saw the answered message, for a moment.' },
  replyToMsgId: {
    outcome: 'same',
    losses: ['reply'],
    options: ['--reply-fallback'],
    sentence: 'The reply answers the copy of the message that it answered.',
  },
  replyToPeerId: {
    outcome: 'same',
    losses: ['reply'],
    options: ['--reply-fallback'],
    sentence:
      'A message of another chat is answered again if this account can read it and it may be forwarded.',
  },
  replyFrom: outside("The answered message's author is named when it is of another chat."),
  replyMedia: outside("The answered message's media is named when it is of another chat."),
  replyToTopId: {
    outcome: 'same',
    losses: ['topic'],
    sentence: 'The message stands in the copy of its topic.',
  },
  quoteText: {
    outcome: 'same',
    losses: ['quote'],
    sentence: 'The quoted words are quoted from the copy.',
  },
  quoteEntities: { outcome: 'same', sentence: "The quoted words' formatting, as far as quotes allow it." },
  quoteOffset: { outcome: 'same', sentence: 'Where in the answered message the quoted words stand.' },
  todoItemId: {
    outcome: 'same',
    losses: ['reply_detail'],
    sentence: 'The reply names the same task of the copied checklist.',
  },
  pollOption: {
    outcome: 'same',
    losses: ['reply_detail'],
    sentence: 'The reply names the same answer of the copied poll.',
  },
} as const satisfies KindTable;

export const STORY_REPLY_FIELDS = {
  peer: outside("The story's owner is named in a line."),
  storyId: outside('The story is linked in a line.'),
} as const satisfies KindTable;

export const FORWARD_HEADER_FIELDS = {
  imported: {
    outcome: 'skip',
    sentence: 'Only an import from another messenger marks its messages like this.',
  },
  savedOut: saved('the direction'),
  fromId: origin('Who wrote the original.'),
  fromName: origin('The name of an author who hides the account.'),
  date: origin('When the original was written.'),
  channelPost: origin('Which post of a channel it was.'),
  postAuthor: origin("The signature under a channel's post."),
  savedFromPeer: saved('the chat'),
  savedFromMsgId: saved('the id'),
  savedFromId: saved('the author'),
  savedFromName: saved("the author's name"),
  savedDate: saved('the date'),
  psaType: { outcome: 'skip', sentence: "Telegram's proxies mark their announcements like this." },
} as const satisfies KindTable;
