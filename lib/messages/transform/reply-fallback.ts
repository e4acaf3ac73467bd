import type { Media } from '../document/media.js';
import type { FormattedText } from '../document/text.js';
import { codePoints } from '../text/boundaries.js';
import { concat, covered, isBlank, join, plainText, trim } from '../text/edit.js';
import { normalise } from '../text/normalise.js';
import { split } from '../text/split.js';

/** What is known of an answered message that has no copy. */
export interface Answered {
  /** Its author's name. */
  readonly author?: string;
  /** The words that were quoted, or its whole text. */
  readonly text?: FormattedText;
  readonly media?: Media;
  /** What it is, in words that are quoted as they are, when it has neither text nor media. */
  readonly words?: FormattedText;
  /** A link to it. */
  readonly link?: string;
}

/** How many code points of an answered text are quoted. */
const MOST_QUOTED = 200;

/**
 * What is put above an answer to a message outside the clone: a short quotation of that message, or a link to it, each
 * if the other isn't possible. Undefined when nothing is known of it.
 */
export function replyFallback(answered: Answered, way: 'quote' | 'link'): FormattedText | undefined {
  const quote = quotation(answered);
  const link = answered.link === undefined ? undefined : linkTo(answered.link);
  return way === 'quote' ? (quote ?? link) : (link ?? quote);
}

/** A text below what stands in for the message that it answers. */
export function withReplyFallback(text: FormattedText, fallback: FormattedText): FormattedText {
  return join([fallback, text], '\n');
}

function quotation({ author, text, media, words: given }: Answered): FormattedText | undefined {
  const kind = given ?? plainText(media ? mediaWords(media) : '');
  const words = text && !isBlank(text) ? excerpt(text) : kind;
  if (isBlank(words)) return undefined;
  const name = author?.replace(/\s+/g, ' ').trim() ?? '';
  const lines = join([covered(name, { kind: 'bold' }), words], '\n');
  return concat({
    text: lines.text,
    entities: [{ kind: 'blockquote', offset: 0, length: lines.text.length }, ...lines.entities],
  });
}

/** The beginning of the text. Formats stay, but nothing that would notify somebody or lead away. */
function excerpt(whole: FormattedText): FormattedText {
  const kept = whole.entities.filter(({ kind }) => QUOTED.has(kind));
  const text = trim(normalise({ text: whole.text, entities: kept }));
  const [first = text] = split(text, { first: MOST_QUOTED, rest: MOST_QUOTED });
  return codePoints(first.text) < codePoints(text.text) ? concat(first, plainText('…')) : first;
}

/** TDLib keeps the same in a quote (MessageQuote). */
const QUOTED: ReadonlySet<string> = new Set([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'custom_emoji',
  'date',
]);

function linkTo(url: string): FormattedText {
  return concat(plainText('↩ '), covered('In reply to', { kind: 'text_link', url }));
}

function mediaWords({ kind }: Media): string {
  const words: Readonly<Record<Media['kind'], string>> = {
    photo: 'Photo',
    video: 'Video',
    round_video: 'Video message',
    animation: 'GIF',
    audio: 'Audio',
    voice: 'Voice message',
    sticker: 'Sticker',
    custom_emoji: 'Emoji',
    file: 'File',
    location: 'Location',
    live_location: 'Live location',
    venue: 'Venue',
    contact: 'Contact',
    dice: 'Dice',
    game: 'Game',
    invoice: 'Invoice',
    giveaway: 'Giveaway',
    giveaway_results: 'Giveaway',
    paid_media: 'Paid media',
    poll: 'Poll',
    checklist: 'Checklist',
    story: 'Story',
    web_page: '',
    video_stream: 'Live stream',
    unknown: '',
  };
  return words[kind];
}
