import type { Kind, KindTable } from './kind.js';

/** A setting of a poll that a request accepts. */
function poll(sentence: string): Kind {
  return { outcome: 'same', sentence };
}

export const PHOTO_FIELDS = {
  spoiler: { outcome: 'same', sentence: 'The photo is hidden behind a spoiler.' },
  livePhoto: {
    outcome: 'same',
    losses: ['live_photo'],
    sentence: 'The photo moves when it is pressed.',
  },
  photo: {
    outcome: 'same',
    losses: ['photo_as_file', 'attached_stickers'],
    otherwise: ['media_gone'],
    sentence: 'The photo in its largest size; Telegram makes the smaller ones.',
  },
  ttlSeconds: {
    outcome: 'card',
    reason: 'self_destructing',
    sentence: 'A photo that deletes itself is never copied; a card says that there was one.',
  },
  video: {
    outcome: 'same',
    losses: ['live_photo'],
    sentence: 'The moving part of a live photo.',
  },
} as const satisfies KindTable;

export const DOCUMENT_FIELDS = {
  nopremium: { outcome: 'skip', sentence: 'Whether a sticker is shown without its Premium effect.' },
  spoiler: { outcome: 'same', sentence: 'The video is hidden behind a spoiler.' },
  video: { outcome: 'same', sentence: 'It is a video: Telegram sees that from its attributes.' },
  round: { outcome: 'same', sentence: 'It is a round message: Telegram sees that from its attributes.' },
  voice: { outcome: 'same', sentence: 'It is a voice message: Telegram sees that from its attributes.' },
  document: {
    outcome: 'same',
    losses: ['thumbnail', 'sticker_set', 'attached_stickers'],
    otherwise: ['media_gone', 'empty_file'],
    sentence: 'The file with its bytes, attributes and thumbnail.',
  },
  altDocuments: { outcome: 'same', sentence: 'Other qualities of a video; Telegram makes them again.' },
  videoCover: { outcome: 'same', losses: ['video_cover'], sentence: "A video's cover." },
  videoTimestamp: { outcome: 'same', sentence: 'The second at which a video starts.' },
  ttlSeconds: {
    outcome: 'card',
    reason: 'self_destructing',
    sentence: 'A file that deletes itself is never copied; a card says that there was one.',
  },
} as const satisfies KindTable;

export const PREVIEW_FIELDS = {
  forceLargeMedia: { outcome: 'same', losses: ['preview_layout'], sentence: 'The preview is large.' },
  forceSmallMedia: { outcome: 'same', losses: ['preview_layout'], sentence: 'The preview is small.' },
  manual: {
    outcome: 'same',
    losses: ['preview_layout'],
    sentence: 'The sender chose which link is previewed.',
  },
  safe: { outcome: 'skip', sentence: 'Whether the link opens without a question: Telegram decides that.' },
  webpage: { outcome: 'same', sentence: 'What the preview shows: Telegram fills it in again.' },
} as const satisfies KindTable;

export const POLL_FIELDS = {
  id: { outcome: 'skip', sentence: 'Its number: a copy has its own.' },
  closed: {
    outcome: 'same',
    losses: ['poll_closed'],
    sentence: 'A closed poll is closed again after it was sent.',
  },
  publicVoters: {
    outcome: 'same',
    losses: ['poll_public'],
    sentence: 'Everybody sees who voted for what; in a channel, the copy is anonymous.',
  },
  multipleChoice: poll('Several answers may be chosen.'),
  quiz: {
    outcome: 'same',
    losses: ['quiz_answer'],
    options: ['--via'],
    sentence: 'A quiz whose answer this account does not know becomes a plain poll with a note.',
  },
  openAnswers: {
    outcome: 'same',
    losses: ['poll_open'],
    sentence:
      'People may add answers; only a public poll that is not a quiz allows it, and channels have none.',
  },
  revotingDisabled: poll('Nobody may change a vote.'),
  shuffleAnswers: poll('Everybody sees the answers in another order.'),
  hideResultsUntilClose: poll('The results are shown when the poll is closed.'),
  creator: { outcome: 'skip', sentence: 'Whether this account made it: it makes every copy.' },
  subscribersOnly: {
    outcome: 'same',
    losses: ['poll_audience'],
    sentence: 'Only subscribers may vote; Telegram accepts that in channels alone.',
  },
  question: poll('The question with its formatting.'),
  answers: {
    outcome: 'same',
    losses: ['votes'],
    sentence: 'The answers in their order, with their formatting and media.',
  },
  closePeriod: poll('The poll closes this long after it was posted.'),
  closeDate: poll('The poll closes at this time, as long as it lies ahead.'),
  countriesIso2: {
    outcome: 'same',
    losses: ['poll_audience'],
    sentence: 'Only people of these countries may vote; Telegram accepts that in channels alone.',
  },
  hash: { outcome: 'skip', sentence: 'A mark by which Telegram notices changes.' },
} as const satisfies KindTable;
