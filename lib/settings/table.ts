import { VIAS } from '../base/ways.js';
import { DOWNLOAD_SETTINGS } from './download-table.js';
import { S3_SETTINGS } from './s3-table.js';
import { SELECTION_SETTINGS } from './selection-table.js';
import type { SettingKind, SettingSpec } from './table-row.js';
import { TEXT_SETTINGS } from './text-table.js';

export type { SettingSpec } from './table-row.js';

const integer = (min: number, max: number): SettingKind => ({ type: 'integer', min, max });
const number = (min: number, max: number): SettingKind => ({ type: 'number', min, max });
const boolean: SettingKind = { type: 'boolean' };
const text: SettingKind = { type: 'text' };

const MAX_INT32 = 2 ** 31 - 1;
const SECONDS_PER_DAY = 86_400;

/**
 * Every setting. Flags, environment, .env, help and the test of .env.example all come from this table. Bounds: API ids
 * and topics are TL `int`s, a session string holds the DC in one byte; more than 64 slots would only wait for each
 * other.
 */
export const SETTINGS = {
  apiId: {
    name: 'TG_API_ID',
    flag: 'api-id',
    kind: integer(1, MAX_INT32),
    secret: false,
    about: 'API id of your application, from https://my.telegram.org',
  },
  apiHash: {
    name: 'TG_API_HASH',
    kind: text,
    secret: true,
    about: 'API hash that belongs to TG_API_ID',
  },
  sourceChat: {
    name: 'SOURCE_CHAT',
    flag: 'source',
    kind: text,
    secret: false,
    about: 'chat to read: -100… id, @name, me, or a link to it or to a topic of it',
  },
  targetChat: {
    name: 'TARGET_CHAT',
    flag: 'target',
    kind: text,
    secret: false,
    about: 'chat to clone into: -100… id, @name, me, or a link to it or to a topic of it',
  },
  sourceTopic: {
    name: 'SOURCE_TOPIC',
    flag: 'source-topic',
    kind: integer(1, MAX_INT32),
    secret: false,
    about: 'clone only this topic of the source (1 is General)',
  },
  targetTopic: {
    name: 'TARGET_TOPIC',
    flag: 'target-topic',
    kind: integer(1, MAX_INT32),
    secret: false,
    about: 'put every message into this topic of the target (1 is General)',
  },
  autoCreateTopics: {
    name: 'AUTO_CREATE_TOPICS',
    flag: 'auto-create-topics',
    kind: boolean,
    secret: false,
    about:
      'yes: create each source topic in the target and keep messages in their topics; no: put them together',
  },
  minInterval: {
    name: 'MIN_INTERVAL',
    flag: 'min-interval',
    kind: number(0, SECONDS_PER_DAY),
    default: '1.3',
    secret: false,
    about: 'minimum time between two sent messages',
  },
  parallelUploads: {
    name: 'PARALLEL_UPLOADS',
    flag: 'parallel-uploads',
    kind: integer(1, 64),
    default: '10',
    secret: false,
    about: 'upload slots: how many parts of files are sent at once',
  },
  bufferMb: {
    name: 'BUFFER_MB',
    flag: 'buffer-mb',
    kind: integer(1, 1_000_000),
    default: '500',
    secret: false,
    about: 'maximum memory held for files, over all transfers, in MB of 1,000,000 bytes',
  },
  cards: {
    name: 'CARDS',
    flag: 'cards',
    kind: { type: 'choice', of: ['on', 'off'] },
    default: 'on',
    secret: false,
    about:
      "on: a card, one short text, stands in for what can't be created again; off: such messages are skipped",
  },
  via: {
    name: 'VIA',
    flag: 'via',
    kind: { type: 'choice', of: VIAS },
    default: 'stream',
    secret: false,
    about:
      "stream: download and upload files; reference: let copies name the source's files; forward: let Telegram forward; auto: reference, or stream where that is refused",
  },
  ...SELECTION_SETTINGS,
  ...TEXT_SETTINGS,
  ...DOWNLOAD_SETTINGS,
  goneTopics: {
    name: 'GONE_TOPICS',
    flag: 'gone-topics',
    kind: { type: 'choice', of: ['fail', 'create'] },
    default: 'fail',
    secret: false,
    about:
      'fail: the run stops before a message whose topic was deleted in the target; create: that topic is created again',
  },
  closedTopics: {
    name: 'CLOSED_TOPICS',
    flag: 'closed-topics',
    kind: { type: 'choice', of: ['stop', 'fail'] },
    default: 'stop',
    secret: false,
    about:
      'stop: the run stops before a message whose topic is closed in the target for this account; fail: that message fails, and the run continues',
  },
  service: {
    name: 'SERVICE_MESSAGES',
    flag: 'service',
    kind: { type: 'choice', of: ['skip', 'card'] },
    default: 'skip',
    secret: false,
    about:
      "skip: Telegram's own notes about the chat are skipped and counted; card: each becomes one short text",
  },
  dataDir: {
    name: 'DATA_DIR',
    flag: 'data-dir',
    kind: text,
    default: './data',
    secret: false,
    about: 'directory of the session, checkpoints and logs, relative to the working directory',
  },
  database: {
    name: 'DATABASE_URL',
    kind: text,
    secret: true,
    about:
      'database of the ledger: postgres://…, mysql://… or mariadb://… with user, password, host, port and database; a file in DATA_DIR unless set',
  },
  ...S3_SETTINGS,
  server: {
    name: 'TG_SERVER',
    flag: 'server',
    kind: text,
    secret: false,
    about: 'an MTProto server other than Telegram, such as telepi sandbox',
  },
  serverKey: {
    name: 'TG_SERVER_KEY',
    flag: 'server-key',
    kind: text,
    secret: false,
    about: 'PEM file of the public RSA key of TG_SERVER (PKCS#1 or SPKI)',
  },
  dc: {
    name: 'TG_DC',
    flag: 'dc',
    kind: integer(1, 255),
    secret: false,
    about: 'DC number of TG_SERVER, 2 unless set',
  },
  testDc: {
    name: 'TG_TEST_DC',
    flag: 'test-dc',
    kind: boolean,
    default: 'no',
    secret: false,
    about: "use Telegram's own test servers",
  },
  proxy: {
    name: 'TG_PROXY',
    kind: text,
    secret: true,
    about: 'proxy that every connection goes through: socks5://…, http://…, mtproxy://… or a t.me/proxy link',
  },
  crypto: {
    name: 'TELEPI_CRYPTO',
    flag: 'crypto',
    kind: { type: 'choice', of: ['auto', 'native', 'wasm', 'js'] },
    default: 'auto',
    secret: false,
    about: 'crypto implementation: auto (the fastest that works), native, wasm or js',
  },
  session: {
    name: 'TG_SESSION',
    kind: text,
    secret: true,
    about: 'session string, instead of the session file in DATA_DIR',
  },
  phone: {
    name: 'TG_PHONE',
    kind: text,
    secret: true,
    about: 'phone number for telepi login, with its country code',
  },
  code: {
    name: 'TG_CODE',
    kind: text,
    secret: true,
    about: 'login code for telepi login',
  },
  password: {
    name: 'TG_PASSWORD',
    kind: { type: 'verbatim' },
    secret: true,
    about: 'two-step password for telepi login',
  },
  botToken: {
    name: 'TG_BOT_TOKEN',
    kind: text,
    secret: true,
    about: 'bot token for telepi login --bot, from @BotFather',
  },
} as const satisfies Record<string, SettingSpec>;

export type SettingKey = keyof typeof SETTINGS;

export const settingKeys = Object.keys(SETTINGS) as readonly SettingKey[];

/** The row of a setting, without the narrow types of the table. */
export function specOf(key: SettingKey): SettingSpec {
  return SETTINGS[key];
}
