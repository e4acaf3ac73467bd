import type { SettingSpec } from './table-row.js';

const row = (flag: string, about: string, type: 'text' | 'list' | 'verbatim' = 'text') =>
  ({
    name: `SELECT_${flag.toUpperCase().replaceAll('-', '_')}`,
    flag,
    kind: { type },
    secret: false,
    about,
  }) as const satisfies SettingSpec;

/**
 * The settings that choose messages, the same for every command that reads messages. They are kept as they were written:
 * lib/messages/selection reads them. In the environment they share a prefix, because a name such as LIMIT or TOPIC may be
 * there for another program.
 */
export const SELECTION_SETTINGS = {
  since: row(
    'since',
    'only messages from this date on: 2024-03-05, 2024-03-05T18:30+01:00, or back from now: 12h, 7d, 6mo',
  ),
  until: row('until', 'only messages up to this date, its day included; written like --since'),
  fromId: row('from-id', 'only messages from this id on'),
  toId: row('to-id', 'only messages up to this id'),
  topic: row(
    'topic',
    'only messages of these topics of a forum: ids with commas between them; 1 is General',
    'list',
  ),
  sender: row(
    'sender',
    'only messages of these senders: ids, @names or me, with commas between them',
    'list',
  ),
  kind: row('kind', 'only these kinds of messages: text,photo,video,file,voice,poll,…', 'list'),
  excludeKind: row('exclude-kind', 'no messages of these kinds', 'list'),
  minSize: row('min-size', 'only files of at least this size: 500KiB, 20M, 1.5GB'),
  maxSize: row('max-size', 'no files above this size; messages without a file stay'),
  ext: row('ext', 'only files with these endings: pdf,zip', 'list'),
  match: row('match', 'only messages whose text or caption this regular expression (RE2) finds', 'verbatim'),
  filter: row(
    'filter',
    'only messages for which this CEL expression is true, such as size > 1000000 && !forwarded',
  ),
  limit: row('limit', 'at most this many messages; an album that begins within the limit stays whole'),
} as const satisfies Record<string, SettingSpec>;

export type SelectionKey = keyof typeof SELECTION_SETTINGS;

export const selectionKeys = Object.keys(SELECTION_SETTINGS) as readonly SelectionKey[];
