import type { SettingKey } from '../settings/table.js';
import type { CommandSpec } from './command.js';
import { CONTINUE_FROM } from './older-state.js';

/** How to reach the server and where the session is: what every command that connects takes. */
const CONNECTION: readonly SettingKey[] = [
  'apiId',
  'apiHash',
  'dataDir',
  'server',
  'serverKey',
  'dc',
  'testDc',
  'crypto',
  'session',
];
const SIGN_IN: readonly SettingKey[] = ['phone', 'code', 'password', 'botToken'];
const CLONE: readonly SettingKey[] = [
  'sourceChat',
  'targetChat',
  'sourceTopic',
  'targetTopic',
  'autoCreateTopics',
  'minInterval',
  'parallelUploads',
  'bufferMb',
];

const ALLOW_PROTECTED = {
  name: 'allow-protected',
  about: 'go on where the owner of the source forbids saving its content; only if you may copy it',
} as const;

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
      ['TG_PHONE=… TG_CODE=… telepi login', 'asks for nothing that is set'],
      ["printf '%s\\n' PHONE CODE PASSWORD | telepi login", 'answers from standard input, one a line'],
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
    word: { name: 'word', about: 'only those whose title, @name or id has this in it' },
    settings: CONNECTION,
    flags: [],
    examples: [['telepi chats music', 'chats and topics with "music" in their title']],
    load: async () => (await import('./commands/chats.js')).chats,
  },
  {
    name: 'check',
    about: 'Try every setting and right that a run needs, and say how to fix what is wrong',
    settings: [...CONNECTION, ...CLONE],
    flags: [CONTINUE_FROM, ALLOW_PROTECTED],
    examples: [['telepi check --source @from --target @to', 'tries this pair']],
    load: async () => (await import('./commands/check.js')).check,
  },
  {
    name: 'run',
    about: 'Clone the source chat into the target chat, from where the last run stopped',
    settings: [...CONNECTION, ...CLONE],
    flags: [
      {
        name: 'restart',
        about: 'start over: everything is sent once more, beside what is in the target already',
      },
      { name: 'yes', about: 'with --restart: it is wanted, nobody need be asked' },
      CONTINUE_FROM,
      {
        name: 'retry-failed',
        about:
          'first try again what failed in earlier runs; the copies land behind what is in the target by now',
      },
      {
        name: 'stop-on-error',
        about: "stop at the first message that can't be cloned, instead of going on after it",
      },
      {
        name: 'verify-source',
        about:
          'compare what is read of each file with the SHA-256 that Telegram has of it, before it is sent',
      },
      ALLOW_PROTECTED,
    ],
    examples: [
      ['telepi run --source -1001234567890 --target @copy', 'clones everything'],
      ['telepi run --source-topic 5 --target-topic 9', 'one topic into one topic'],
      ['telepi run --auto-create-topics', 'a forum with its topics'],
    ],
    load: async () => (await import('./commands/run.js')).run,
  },
  {
    name: 'status',
    about: 'Show how far each job is: done, skipped, failed, waiting, rate and estimated end',
    settings: ['dataDir'],
    flags: [],
    examples: [['telepi status --json', 'one object for each job, also while a run goes on']],
    load: async () => (await import('./commands/status.js')).status,
  },
  {
    name: 'forget',
    about: 'Remove what is recorded of a job, from ledger and data directory; nothing changes at Telegram',
    word: {
      name: 'job',
      about: "the name of its folder, which telepi status shows; the folder's path will do",
    },
    settings: ['dataDir'],
    flags: [{ name: 'yes', about: 'it is wanted, nobody need be asked' }],
    examples: [['telepi forget -1001234567890_to_-1009876543210', 'asks first']],
    load: async () => (await import('./commands/forget.js')).forget,
  },
  {
    name: 'sandbox',
    about: 'Serve a Telegram of your own on this machine until interrupted',
    settings: ['dataDir', 'crypto'],
    flags: [
      {
        name: 'seed',
        placeholder: 'text',
        about: 'the seed of everything random; printed, so that it replays',
      },
      {
        name: 'port',
        placeholder: 'number',
        about: 'port of the first DC, below 32768; the next DC has the next',
      },
      { name: 'host', placeholder: 'address', about: 'address to listen on; 127.0.0.1 unless given' },
      {
        name: 'state',
        placeholder: 'file',
        about: 'keep accounts, chats and messages in this file over restarts',
      },
      { name: 'empty', about: 'start without accounts and chats, instead of with a set to try things on' },
      {
        name: 'keep-uploads',
        placeholder: 'MiB',
        about: 'memory for uploaded files of its own making, so that they can be read back; 512 unless given',
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
