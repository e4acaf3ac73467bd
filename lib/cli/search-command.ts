import { selectionKeys } from '../settings/selection-table.js';
import type { CommandSpec } from './command.js';
import { SHOWN_UNLESS_SET } from './search/shown-unless-set.js';

export const SEARCH: CommandSpec = {
  name: 'search',
  about: `Find messages that downloads have kept, by parts of their words: the ${SHOWN_UNLESS_SET} newest, or as many as --limit says; asks nothing of Telegram`,
  word: {
    name: 'word',
    about:
      'what must occur in the text, the caption or the name of a file, also inside of longer words and in any case; of several words, all must occur, and words in quotes next to each other',
    many: true,
  },
  settings: ['dataDir', 'database', ...selectionKeys],
  flags: [
    {
      name: 'source',
      placeholder: 'chat',
      about: 'only in this chat: a -100… id, @name, me or link; several with commas between them',
      many: true,
    },
  ],
  examples: [
    ['telepi search invoice 2024', 'messages with both words'],
    ["telepi search 'see you' --sender me --since 30d", 'a phrase, in what you wrote this month'],
    ['telepi search report --ext pdf --chat-id -1001234567890', 'PDFs of a chat'],
    ['telepi search 猫 --limit 1000 --json', 'for machines: one object for each message'],
  ],
  load: async () => (await import('./commands/search.js')).search,
};
