import { absolutePath } from '../base/absolute-path.js';
import type { DatabaseAddress } from '../base/database-address.js';
import { UsageError } from '../base/errors.js';
import { internationalPhone } from '../base/phone.js';
import type { ProxyAddress } from '../base/proxy-address.js';
import type { S3Access } from '../base/s3-access.js';
import type { ServerAddress } from '../base/server-address.js';
import type { Via } from '../base/ways.js';
import { refuseContradictions } from './contradictions.js';
import { parseDatabase, secretsOfDatabase } from './database.js';
import { type DownloadSettings, downloadSettings } from './download-settings.js';
import type { EnvFile } from './env-file.js';
import { badValue, parseValue } from './parse.js';
import { parseProxy, secretsOfProxy } from './proxy.js';
import { readS3Access, secretsOfS3, shownS3 } from './s3.js';
import { type SelectionKey, selectionKeys } from './selection-table.js';
import { parseServer, readServerKey } from './server.js';
import {
  collectValues,
  type RawValue,
  type RawValues,
  type SettingSources,
  settingsFile,
} from './sources.js';
import { SETTINGS, type SettingKey, settingKeys, specOf } from './table.js';
import { type TextSettings, textSettings } from './text-settings.js';

const MB = 1_000_000;

/** Every setting, checked and in the unit that the code works with. Frozen. */
export interface Settings {
  readonly apiId: number | undefined;
  readonly apiHash: string | undefined;
  readonly sourceChat: string | undefined;
  readonly targetChat: string | undefined;
  readonly sourceTopic: number | undefined;
  readonly targetTopic: number | undefined;
  /** Undefined when the user has not decided. */
  readonly autoCreateTopics: boolean | undefined;
  /** What becomes of the messages' texts; rules and templates as they were written. */
  readonly text: TextSettings;
  readonly download: DownloadSettings;
  /** Which messages to choose, as it was written: lib/messages/selection reads and checks it. */
  readonly selection: SelectionTexts;
  readonly minIntervalMs: number;
  readonly parallelUploads: number;
  readonly bufferBytes: number;
  /** Whether a card stands in for what can't be created again. */
  readonly cards: boolean;
  /** What becomes of messages whose topic was deleted in the target. */
  readonly goneTopics: 'fail' | 'create';
  /** What becomes of messages whose topic is closed in the target for this account. */
  readonly closedTopics: 'stop' | 'fail';
  /** What becomes of service messages. */
  readonly service: 'skip' | 'card';
  /** How messages are sent. */
  readonly via: Via;
  /** Absolute path. */
  readonly dataDir: string;
  /** Where the ledger is, if not in a file of dataDir. */
  readonly database: DatabaseAddress | undefined;
  readonly s3: S3Access;
  readonly server: ServerAddress | undefined;
  readonly testDc: boolean;
  readonly proxy: ProxyAddress | undefined;
  readonly crypto: 'auto' | 'native' | 'wasm' | 'js';
  readonly session: string | undefined;
  readonly phone: string | undefined;
  readonly code: string | undefined;
  readonly password: string | undefined;
  readonly botToken: string | undefined;
}

export type SelectionTexts = Readonly<Partial<Record<SelectionKey, RawValue>>>;

/** The settings that a command uses. The others count as not set, so an error in them doesn't matter here. */
export interface SettingsUse {
  readonly uses?: readonly SettingKey[];
  readonly needs?: readonly SettingKey[];
}

export interface SettingsOutcome {
  /** Absent when there is a problem. */
  readonly settings: Settings | undefined;
  readonly problems: readonly UsageError[];
}

/**
 * The settings from flags, environment, .env and defaults, in this order of precedence, checked once.
 * @throws UsageError with the first problem; `inspectSettings` returns all.
 */
export function readSettings(sources: SettingSources, use: SettingsUse = {}): Settings {
  const { settings, problems } = inspectSettings(sources, use);
  if (settings) return settings;
  throw problems[0];
}

/** As readSettings, but finds every problem, for `telepi check`. */
export function inspectSettings(sources: SettingSources, use: SettingsUse = {}): SettingsOutcome {
  const problems: UsageError[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const raw = attempt(() => collectValues(sources, use.uses ?? settingKeys));
  if (!raw) return { settings: undefined, problems };
  const values = new Map<SettingKey, string | number | boolean>();
  for (const [key, value] of raw) {
    const parsed = attempt(() => parseValue(specOf(key), value));
    if (parsed !== undefined) values.set(key, parsed);
  }
  const absent = (use.needs ?? []).filter((key) => !raw.has(key));
  for (const key of absent) problems.push(missing(key, settingsFile(sources)));
  attempt(() => refuseContradictions(raw, values));
  const server = attempt(() => readServer(raw, values, sources.workingDirectory));
  const proxyText = raw.get('proxy');
  const proxy = proxyText && attempt(() => parseProxy(proxyText));
  const databaseText = raw.get('database');
  const database = databaseText && attempt(() => parseDatabase(databaseText));
  const s3 = attempt(() => readS3Access(raw)) ?? {};
  attempt(() => refuseOddHash(raw));
  attempt(() => refuseOddSecrets(raw));
  if (problems.length > 0) return { settings: undefined, problems };
  return {
    settings: build(
      values,
      { server, proxy, database, s3, selection: selectionIn(raw), text: textSettings(values, raw) },
      sources.workingDirectory,
    ),
    problems,
  };
}

/**
 * The settings in a form that may be printed and logged: every name with its value; a secret only as set or not set.
 */
export function describeSettings(settings: Settings): Readonly<Record<string, unknown>> {
  const { server, selection } = settings;
  const chosen = Object.fromEntries(selectionKeys.map((key) => [key, selection[key]?.text]));
  const shown: Record<SettingKey, unknown> = {
    ...(chosen as Record<SelectionKey, string | undefined>),
    ...settings,
    ...settings.text,
    ...settings.download,
    minInterval: settings.minIntervalMs / 1000,
    bufferMb: settings.bufferBytes / MB,
    ...shownS3(settings.s3),
    cards: settings.cards ? 'on' : 'off',
    server: server && `${server.host}:${server.port}`,
    serverKey: server && 'read',
    dc: server?.dcId,
  };
  const lines = settingKeys.map((key) => {
    const value = shown[key];
    const secret = value === undefined ? 'not set' : 'set';
    return [SETTINGS[key].name, SETTINGS[key].secret ? secret : (value ?? 'not set')];
  });
  return Object.fromEntries(lines);
}

/** The values that must never be shown, for the redactor of log and terminal. */
export function secretsOf(settings: Settings): readonly string[] {
  const { apiHash, session, phone, code, password, botToken, proxy, database, s3 } = settings;
  const ofProxy = proxy ? secretsOfProxy(proxy) : [];
  const ofDatabase = database ? secretsOfDatabase(database) : [];
  return [
    apiHash,
    session,
    phone,
    code,
    password,
    botToken,
    ...ofProxy,
    ...ofDatabase,
    ...secretsOfS3(s3),
  ].filter((secret) => secret !== undefined);
}

const WHERE_FROM: Partial<Record<SettingKey, string>> = {
  apiId: ' (get it from https://my.telegram.org)',
  apiHash: ' (get it from https://my.telegram.org)',
  sourceChat: ' (telepi chats lists the chats)',
  targetChat: ' (telepi chats lists the chats)',
};

function missing(key: SettingKey, { path, found }: EnvFile): UsageError {
  const { name, flag } = specOf(key);
  const flagWords = flag === undefined ? '' : ` or give --${flag}`;
  const from = WHERE_FROM[key] ?? '';
  const where = found
    ? `neither in ${path} nor in the environment: put it into one of them`
    : `and there is no ${path}: put it into that file or the environment`;
  return new UsageError('MISSING_SETTING', `${name} is not set, ${where}${flagWords}${from}.`, {
    fields: { setting: name },
  });
}

/** Telegram's documentation and clients start at DC 2 when nothing else is known. */
const USUAL_DC = 2;

function readServer(
  raw: RawValues,
  values: ReadonlyMap<SettingKey, string | number | boolean>,
  workingDirectory: string,
): ServerAddress | undefined {
  const address = raw.get('server');
  if (!address) return undefined;
  const { host, port } = parseServer(address);
  const key = raw.get('serverKey');
  if (!key) {
    throw new UsageError(
      'MISSING_SETTING',
      `${address.origin} needs TG_SERVER_KEY: the PEM file with that server's public RSA key.`,
    );
  }
  const dcId = Number(values.get('dc') ?? USUAL_DC);
  return Object.freeze({ host, port, dcId, publicKeyPem: readServerKey(key, workingDirectory) });
}

function selectionIn(raw: RawValues): SelectionTexts {
  const given = selectionKeys.flatMap((key) => {
    const value = raw.get(key);
    return value ? [[key, value] as const] : [];
  });
  return Object.freeze(Object.fromEntries(given));
}

function refuseOddHash(raw: RawValues): void {
  const hash = raw.get('apiHash');
  if (!hash || /^[0-9a-f]{32}$/i.test(hash.text.trim())) return;
  throw badValue(SETTINGS.apiHash, hash, '32 digits of 0-9 and a-f, as https://my.telegram.org shows it');
}

function refuseOddSecrets(raw: RawValues): void {
  for (const key of ['session', 'botToken'] as const) {
    const value = raw.get(key);
    if (value && /\s/.test(value.text.trim())) {
      throw badValue(SETTINGS[key], value, 'one word without spaces or line breaks');
    }
  }
  const phone = raw.get('phone');
  if (phone && internationalPhone(phone.text) === undefined) {
    throw badValue(SETTINGS.phone, phone, 'a phone number with its country code, such as +49… or 0049…');
  }
}

function build(
  values: ReadonlyMap<SettingKey, string | number | boolean>,
  given: Pick<Settings, 'server' | 'proxy' | 'database' | 's3' | 'selection' | 'text'>,
  workingDirectory: string,
): Settings {
  const text = (key: SettingKey): string | undefined => values.get(key) as string | undefined;
  const whole = (key: SettingKey): number | undefined => values.get(key) as number | undefined;
  return Object.freeze({
    ...given,
    apiId: whole('apiId'),
    apiHash: text('apiHash'),
    sourceChat: text('sourceChat'),
    targetChat: text('targetChat'),
    sourceTopic: whole('sourceTopic'),
    targetTopic: whole('targetTopic'),
    autoCreateTopics: values.get('autoCreateTopics') as boolean | undefined,
    download: downloadSettings(values),
    minIntervalMs: Math.round(Number(values.get('minInterval')) * 1000),
    parallelUploads: Number(values.get('parallelUploads')),
    bufferBytes: Number(values.get('bufferMb')) * MB,
    cards: values.get('cards') !== 'off',
    goneTopics: values.get('goneTopics') as Settings['goneTopics'],
    closedTopics: values.get('closedTopics') as Settings['closedTopics'],
    service: values.get('service') as Settings['service'],
    via: values.get('via') as Via,
    dataDir: absolutePath(String(values.get('dataDir')), workingDirectory),
    testDc: values.get('testDc') === true,
    crypto: values.get('crypto') as Settings['crypto'],
    session: text('session'),
    phone: text('phone'),
    code: text('code'),
    password: text('password'),
    botToken: text('botToken'),
  });
}
