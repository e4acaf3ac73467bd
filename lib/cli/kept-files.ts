import type { CommandSpec } from './command.js';

/** The commands for files that were downloaded. They need no connection to Telegram. */
export const KEPT_FILES: readonly CommandSpec[] = [
  {
    name: 'organise',
    about: 'Move the files of a download folder to where --path puts them: by chat, kind and year unless set',
    word: { name: 'folder', about: 'the folder of a download; nothing outside it is touched' },
    settings: ['dataDir', 'database', 'path'],
    flags: [
      { name: 'dry-run', about: 'list every move, and move nothing' },
      { name: 'yes', about: 'do not ask for confirmation' },
    ],
    examples: [
      ['telepi organise downloads --dry-run', 'what would be moved where'],
      ['telepi organise downloads --path {chat}/{year}/{name}', 'asks first'],
    ],
    load: async () => (await import('./commands/organise.js')).organise,
  },
  {
    name: 'duplicates',
    about: 'List files of the same content, and how much space they take; nothing is deleted',
    word: {
      name: 'folder',
      about:
        'also reads the files in this folder that nobody has compared yet, as far as two of them have the same size; without it, what is known of downloads on all machines is listed',
    },
    settings: ['dataDir', 'database'],
    flags: [],
    examples: [
      ['telepi duplicates', 'everything that was downloaded more than once, on any machine'],
      ['telepi duplicates downloads', 'equal files in the folder downloads'],
    ],
    load: async () => (await import('./commands/duplicates.js')).duplicates,
  },
];
