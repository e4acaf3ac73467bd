import { selectionKeys } from '../settings/selection-table.js';
import type { CommandSpec } from './command.js';
import { LIVE_FLAGS, LIVE_SETTINGS } from './live/live-flags.js';

export const ANALYZE: CommandSpec = {
  name: 'analyze',
  about:
    'Show figures of what downloads have kept: by chat, person, kind, hour, day and month, words, links, emoji, reactions, answer times; asks nothing of Telegram, unless with --live',
  settings: [...LIVE_SETTINGS, ...selectionKeys],
  flags: [
    {
      name: 'source',
      placeholder: 'chat',
      about: 'only this chat: a -100… id, @name, me or link; several with commas between them',
      many: true,
    },
    {
      name: 'format',
      placeholder: 'format',
      about: 'text (unless given), json, csv, or html: one page with pictures, which needs nothing else',
    },
    {
      name: 'output',
      placeholder: 'file',
      about: 'write into this file, which only you can read, instead of showing the figures; html needs it',
    },
    {
      name: 'zone',
      placeholder: 'Area/City',
      about: 'the time zone of hours, days and months, as Europe/Berlin; UTC unless given',
    },
    { name: 'top', placeholder: 'n', about: 'how long the lists are, 1 to 1000; 20 unless given' },
    {
      name: 'all-words',
      about:
        'list the commonest words of languages, too, such as "the" and "and", which are left out otherwise',
    },
    ...LIVE_FLAGS,
  ],
  examples: [
    ['telepi analyze', 'everything that is kept'],
    [
      'telepi analyze --format html --output report.html --zone Europe/Berlin',
      'a page to look at and to share',
    ],
    ['telepi analyze --source @chat --since 2024 --sender me', 'what you wrote in a chat since 2024'],
    ['telepi analyze --format csv --output figures.csv', 'for a spreadsheet'],
    ['telepi analyze --source @chat --live', 'of a chat of which nothing is kept'],
  ],
  load: async () => (await import('./commands/analyze.js')).analyze,
};
