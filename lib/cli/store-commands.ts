import type { CommandSpec } from './command.js';
import { CONNECTION } from './connection-settings.js';

/** Commands that concern what TelePi knows, and no chat. */
export const STORE_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'move-store',
    about:
      'Copy everything that TelePi knows into another database, and compare both: from the file to DATABASE_URL',
    settings: ['dataDir', 'database'],
    flags: [
      {
        name: 'from',
        placeholder: 'database',
        about:
          "file (the data directory's ledger.db, unless given), the path of an SQLite file, or the name under which .env or the environment holds a URL",
      },
      {
        name: 'to',
        placeholder: 'database',
        about: 'the same for the other side; DATABASE_URL unless given',
      },
      { name: 'replace', about: 'delete what the other database already holds; asks first' },
      {
        name: 'undo',
        about: 'use --from again, which was moved: only if the other side was not used since; asks first',
      },
      { name: 'yes', about: 'with --replace or --undo: do not ask for confirmation' },
      { name: 'dry-run', about: 'say how many rows would be copied and deleted; write nothing' },
    ],
    examples: [
      ['telepi move-store', 'from the file to the server of DATABASE_URL'],
      [
        'telepi move-store --from DATABASE_URL --to file --replace',
        'back into the file, with everything that was done since',
      ],
      ['telepi move-store --from DATABASE_URL --to NEW_URL', 'from one server to another'],
    ],
    load: async () => (await import('./commands/move-store.js')).moveStoreCommand,
  },
  {
    name: 'import',
    about: 'Take over what other programs have kept: exports of Telegram Desktop, or another database',
    word: {
      name: 'path',
      about:
        'the folder of an export of Telegram Desktop, or its result.json or messages.html; or messages.jsonl, which TelePi has exported; several with blanks between them',
      many: true,
    },
    settings: CONNECTION,
    flags: [
      {
        name: 'from-utilities',
        placeholder: 'my.json|NAME',
        about:
          'the MySQL database of Telegram Utilities: its my.json, or the name under which .env or the environment holds the URL',
      },
      {
        name: 'account',
        placeholder: 'id',
        about: 'the account whose chats they are; the one that is signed in unless given',
      },
      {
        name: 'zone',
        placeholder: 'Area/City',
        about:
          "the time zone of times that name none: of an export of before 2022, or of the machines that wrote older rows; this machine's unless given",
      },
      {
        name: 'media',
        placeholder: 'linked|none',
        about:
          "the export's files: noted where they lie, with their hashes (linked, unless given), or left out",
      },
      {
        name: 'older-chat',
        placeholder: 'id',
        about:
          'of a supergroup: the id of the basic group that it used to be, whose messages the export has with ids below zero',
      },
      {
        name: 'chat',
        placeholder: 'id',
        about: 'of messages.html, which does not say it: the id of the chat, as telepi chats lists it',
      },
      { name: 'dry-run', about: 'say what the files hold; write nothing' },
      {
        name: 'host',
        placeholder: 'name',
        about: 'the machine of older rows that name none; this one unless given',
      },
    ],
    examples: [
      ['telepi import ChatExport_2024-05-01', 'may be repeated, and several exports of a chat become one'],
      ['telepi import --from-utilities my.json', 'its four tables; only reads them, and may be repeated'],
    ],
    load: async () => (await import('./commands/import.js')).importCommand,
  },
];
