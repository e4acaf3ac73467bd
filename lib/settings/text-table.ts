import type { SettingSpec } from './table-row.js';

const choice = (of: readonly string[]) => ({ type: 'choice', of }) as const;
const lines = { type: 'lines' } as const;
const verbatim = { type: 'verbatim' } as const;

/**
 * The settings of what becomes of the messages' texts. Rules and templates are kept as they were written:
 * lib/messages/transform reads them.
 */
export const TEXT_SETTINGS = {
  long: {
    name: 'LONG',
    flag: 'long',
    kind: choice(['split', 'fail']),
    default: 'split',
    secret: false,
    about:
      'a text that is too long for this account: split continues it in further messages, fail leaves it out',
  },
  buttons: {
    name: 'BUTTONS',
    flag: 'buttons',
    kind: choice(['text', 'drop']),
    default: 'text',
    secret: false,
    about: 'buttons that open an address: text writes them as lines of links, drop leaves them out',
  },
  replyFallback: {
    name: 'REPLY_FALLBACK',
    flag: 'reply-fallback',
    kind: choice(['quote', 'link', 'none']),
    default: 'quote',
    secret: false,
    about:
      'what stands in for a reply to a message that has no copy: a short quote of it, a link to it, or none',
  },
  attribution: {
    name: 'ATTRIBUTION',
    flag: 'attribution',
    kind: choice(['none', 'header', 'footer']),
    default: 'none',
    secret: false,
    about: 'writes author, date and origin above or below each message',
  },
  attributionTemplate: {
    name: 'ATTRIBUTION_TEMPLATE',
    flag: 'attribution-template',
    kind: verbatim,
    secret: false,
    about: 'what --attribution writes: {author} {date} {origin} {link}, [optional parts], \\n',
  },
  replace: {
    name: 'REPLACE',
    flag: 'replace',
    kind: lines,
    secret: false,
    about: 'from=>to: puts one text in place of another in every message; may be given several times',
  },
  replaceRegex: {
    name: 'REPLACE_REGEX',
    flag: 'replace-regex',
    kind: lines,
    secret: false,
    about: 'pattern=>to: as --replace, by a regular expression (RE2); $1 is its first group',
  },
  strip: {
    name: 'STRIP',
    flag: 'strip',
    kind: { type: 'list' },
    secret: false,
    about: 'removes links, mentions or hashtags from texts; several with commas between them',
  },
  captionTemplate: {
    name: 'CAPTION_TEMPLATE',
    flag: 'caption-template',
    kind: verbatim,
    secret: false,
    about:
      'the caption of each message with media: {caption} {file} {id} and the fields of --attribution-template',
  },
  pipe: {
    name: 'PIPE',
    flag: 'pipe',
    kind: verbatim,
    secret: false,
    about:
      'a program, run without a shell, that is given each message as a line of JSON and answers it changed, or null',
  },
  pipeDeadline: {
    name: 'PIPE_DEADLINE',
    flag: 'pipe-deadline',
    kind: { type: 'number', min: 0.1, max: 86_400 },
    default: '60',
    secret: false,
    about: 'how many seconds the program of --pipe may take for one message',
  },
} as const satisfies Record<string, SettingSpec>;

export type TextKey = keyof typeof TEXT_SETTINGS;

export const textKeys = Object.keys(TEXT_SETTINGS) as readonly TextKey[];
