import { type Finding, matchesOf } from './spans.js';

/** @names of at least four characters, and three short ones that Telegram's own bots have. */
export function mentions(text: string): Finding[] {
  return matchesOf(
    text,
    MENTION,
    'mention',
    (name) => name.length > 4 || SHORT_NAMES.has(name.toLowerCase()),
  );
}

/** /commands, with or without the name of a bot. */
export function botCommands(text: string): Finding[] {
  return matchesOf(text, COMMAND, 'botCommand');
}

/** $CASHTAGS of at most eight capital letters, with or without the name of a chat. */
export function cashtags(text: string): Finding[] {
  return matchesOf(text, CASHTAG, 'cashtag');
}

/** #hashtags, with or without the name of a chat. Of a long one its first 256 characters are marked. */
export function hashtags(text: string): Finding[] {
  return [...text.matchAll(HASHTAG)].flatMap(({ 0: whole, index: offset }) => {
    const marked = [...whole].slice(0, 1 + LONGEST_HASHTAG).join('');
    const end = offset + whole.length;
    const chat = marked === whole ? nameAt(text, end) : '';
    if (!/\p{L}/u.test(marked) || text[end + chat.length] === '#') return [];
    return [{ kind: 'hashtag', offset, length: marked.length + chat.length }];
  });
}

/** The @name at a place of the text, or nothing. */
function nameAt(text: string, place: number): string {
  return /^@[A-Za-z0-9_]{3,32}/.exec(text.slice(place, place + 33))?.[0] ?? '';
}

const LONGEST_HASHTAG = 256;
const SHORT_NAMES: ReadonlySet<string> = new Set(['@gif', '@vid', '@pic']);

const WORD = '\\p{L}\\p{N}_';
/** With the joiner between letters, the middle dot, and the Sinhala script. */
const TAG = '\\p{L}\\p{Nd}_\\u200c\\u00b7\\u0d80-\\u0dff';
const MENTION = new RegExp(`(?<![${WORD}])@[A-Za-z0-9_]{2,32}(?![${WORD}])`, 'gu');
const COMMAND = new RegExp(
  `(?<![${WORD}/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32}(?![${WORD}/<>])|(?![${WORD}/<>@]))`,
  'gu',
);
const HASHTAG = new RegExp(`(?<![${TAG}])#[${TAG}]+`, 'gu');
const CASHTAG = new RegExp(
  `(?<![${TAG}$])\\$(?:1INCH|[A-Z]{1,8})(?:@[A-Za-z0-9_]{3,32}(?![A-Za-z0-9_]))?(?![${TAG}$])`,
  'gu',
);
