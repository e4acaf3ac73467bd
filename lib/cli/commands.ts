import { s3Keys } from '../settings/s3-table.js';
import { selectionKeys } from '../settings/selection-table.js';
import type { SettingKey } from '../settings/table.js';
import { ANALYZE } from './analyze-command.js';
import type { CommandSpec } from './command.js';
import { CONNECTION } from './connection-settings.js';
import { ALLOW_PROTECTED, DOWNLOAD, DOWNLOAD_FLAGS } from './download-flags.js';
import { ERASE } from './erase-command.js';
import { EXPORT } from './export-command.js';
import { KEPT_FILES } from './kept-files.js';
import { CONTINUE_FROM } from './older-state.js';
import { QUEUE_COMMANDS } from './queue-commands.js';
import { RESTORE } from './restore-command.js';
import { CREATE_TARGET, RUN, RUN_FLAGS, WITH_PROFILE } from './run-flags.js';
import { SEARCH } from './search-command.js';
import { STORE_COMMANDS } from './store-commands.js';

const SIGN_IN: readonly SettingKey[] = ['phone', 'code', 'password', 'botToken'];
/** Which messages to choose: the settings of every command that reads messages. */
const SELECTION: readonly SettingKey[] = selectionKeys;

const VERIFY: readonly SettingKey[] = [
  'sourceChat',
  'targetChat',
  'sourceTopic',
  'targetTopic',
  'bufferMb',
  ...s3Keys,
];

/** Every command, in the order in which a new user needs them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'login',
    about: 'Sign in, and keep the session in the data directory',
    settings: [...CONNECTION, ...SIGN_IN],
    flags: [
      { name: 'qr', about: 'show a QR code to scan with a phone that is signed in' },
      { name: 'bot', about: 'sign in as the bot of TG_BOT_TOKEN' },
    ],
    examples: [
      ['telepi login', 'asks for phone, code and password'],
      ['TG_PHONE=… TG_CODE=… telepi login', 'asks only for what is not set'],
      [
        "printf '%s\\n' PHONE CODE PASSWORD | telepi login",
        'reads the answers from standard input, one per line',
      ],
    ],
    load: async () => (await import('./commands/login.js')).login,
  },
  {
    name: 'logout',
    about: 'End the session at the server, and remove it from the data directory',
    settings: CONNECTION,
    flags: [],
    examples: [],
    load: async () => (await import('./commands/logout.js')).logout,
  },
  {
    name: 'chats',
    about: 'List chats and topics with their ids, types and titles',
    word: { name: 'word', about: 'only list chats and topics whose title, @name or id contains this word' },
    settings: CONNECTION,
    flags: [],
    examples: [['telepi chats music', 'chats and topics with "music" in their title']],
    load: async () => (await import('./commands/chats.js')).chats,
  },
  {
    name: 'check',
    about: 'Test every setting and right that a run needs, and say how to fix what is wrong',
    settings: [...CONNECTION, ...RUN, 'output', ...s3Keys],
    flags: [CONTINUE_FROM, CREATE_TARGET, WITH_PROFILE, ALLOW_PROTECTED],
    examples: [['telepi check --source @from --target @to', 'tries this pair']],
    load: async () => (await import('./commands/check.js')).check,
  },
  {
    name: 'run',
    about: 'Clone the source chat into the target chat, from where the last run stopped',
    settings: [...CONNECTION, ...RUN],
    flags: RUN_FLAGS,
    examples: [
      ['telepi run --source -1001234567890 --target @copy', 'clones everything'],
      ['telepi run --source-topic 5 --target-topic 9', 'one topic into one topic'],
      ['telepi run --auto-create-topics', 'a forum with its topics'],
      ['telepi run --source @from --create-target', 'into a new chat like the source'],
    ],
    load: async () => (await import('./commands/run.js')).run,
  },
  {
    name: 'verify',
    about: 'Compare the target with the source, message by message, and say what is missing or wrong',
    settings: [...CONNECTION, ...VERIFY, ...SELECTION],
    flags: [
      {
        name: 'hashes',
        about: 'compare the content of files too: documents by SHA-256, photos by what they show',
      },
      {
        name: 'sample',
        placeholder: 'N|P%',
        about: 'with --hashes: only the files of this many messages, or of this share of them',
      },
      {
        name: 'sample-seed',
        placeholder: 'text',
        about:
          'with --sample: the seed that chooses them; it is printed, so that you can choose the same ones again',
      },
      {
        name: 'without-ledger',
        about: 'find copies by their order and content, as if nothing were known about the runs',
      },
      {
        name: CREATE_TARGET.name,
        about: 'the target is the chat that telepi run --create-target has made; without TARGET_CHAT',
      },
      {
        name: 'restored',
        placeholder: 'plan|archive',
        about:
          'instead of a source: what telepi restore has posted of this plan, or with archive of --source, compared with what was kept',
      },
      { name: 'repair', about: 'queue what is missing or wrong: the next run sends it again or edits it' },
    ],
    examples: [
      ['telepi verify --hashes', 'everything, with the bytes of every file'],
      ['telepi verify --hashes --sample 5%', 'the files of every twentieth message'],
    ],
    load: async () => (await import('./commands/verify.js')).verify,
  },
  {
    name: 'download',
    about: 'Save the files of messages on disk or S3; only photos, unless flags say which files',
    word: {
      name: 'chat',
      about:
        'a chat (-100… id, @name, me, link), a link to a topic, or a link to one message; several with blanks or commas between them; SOURCE_CHAT unless given',
      many: true,
    },
    settings: [...CONNECTION, ...DOWNLOAD],
    listed: ['sourceChat'],
    flags: DOWNLOAD_FLAGS,
    examples: [
      ['telepi download @chat', 'all photos, into downloads'],
      ['telepi download @chat --media-type all --output ~/files', 'everything'],
      [
        'telepi download --chat-id -1001234567890 --media-type video --start-date 2024-01-01 --end-date 2024-12-31',
        'videos of a year',
      ],
      ['telepi download @chat --ext pdf,docx --path {chat}/{year}/{name}', 'by endings, sorted by year'],
      ['telepi download https://t.me/c/1234567890/77', 'the files of one message'],
      ["telepi download @chat --schedule '0 3 * * *'", 'each night at three'],
    ],
    load: async () => (await import('./commands/download.js')).download,
  },
  ...KEPT_FILES,
  SEARCH,
  ANALYZE,
  EXPORT,
  ERASE,
  RESTORE,
  {
    name: 'status',
    about: 'Show how far each job is: done, skipped, failed, waiting, rate and estimated end',
    settings: ['dataDir', 'database'],
    flags: [
      {
        name: 'audit',
        about: 'check instead that nobody has changed the log of what TelePi did, and fail if somebody has',
      },
    ],
    examples: [['telepi status --json', 'one object for each job, even during a run']],
    load: async () => (await import('./commands/status.js')).status,
  },
  {
    name: 'forget',
    about: 'Remove the record of a job from ledger and data directory; nothing changes at Telegram',
    word: {
      name: 'job',
      about: "the name of its folder, as telepi status shows it, or the folder's path",
    },
    settings: ['dataDir', 'database'],
    flags: [{ name: 'yes', about: 'do not ask for confirmation' }],
    examples: [['telepi forget -1001234567890_to_-1009876543210', 'asks first']],
    load: async () => (await import('./commands/forget.js')).forget,
  },
  ...QUEUE_COMMANDS,
  ...STORE_COMMANDS,
  {
    name: 'sandbox',
    about: 'Serve a Telegram of your own on this machine until you interrupt it',
    settings: ['dataDir', 'crypto'],
    flags: [
      {
        name: 'seed',
        placeholder: 'text',
        about: 'the seed of everything random; it is printed, so that you can replay it',
      },
      {
        name: 'port',
        placeholder: 'number',
        about: 'port of the first DC, below 32768; the next DC has the next port',
      },
      { name: 'host', placeholder: 'address', about: 'address to listen on; 127.0.0.1 unless given' },
      {
        name: 'state',
        placeholder: 'file',
        about: 'keep accounts, chats and messages in this file over restarts',
      },
      {
        name: 'content',
        placeholder: 'name',
        about:
          'what the chats hold: demo (a full forum, unless given), showcase (all that a message can hold) or long (a million messages)',
      },
      { name: 'empty', about: 'start without accounts and chats, instead of with a set of examples' },
      {
        name: 'keep-photos',
        about: 'keep uploaded photos byte by byte, instead of drawing them again as Telegram does',
      },
      {
        name: 'keep-uploads',
        placeholder: 'MiB',
        about: 'memory for uploaded files, so that they can be read back; 512 unless given',
      },
      {
        name: 'key',
        placeholder: 'file',
        about: 'where the public key goes; sandbox.pem in the data directory unless given',
      },
    ],
    moreFlags: async () => (await import('./weather-flags.js')).weatherFlags(),
    examples: [['telepi sandbox --seed 7 --latency 40', 'the same chats each time, and 40 ms away']],
    load: async () => (await import('./commands/sandbox.js')).sandbox,
  },
];
