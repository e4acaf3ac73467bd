import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseAddress } from '../base/database-address.js';
import { reasonOfSystem, UsageError } from '../base/errors.js';
import type { SettingKey } from './table.js';

/** The settings file of Telegram Utilities, an older toolkit, in the working directory. */
const MY_JSON = 'my.json';

/** What it, and the toolkit's names in the environment, call some settings. */
const OLDER = {
  apiId: { field: 'api_id', variable: 'TELEGRAM_API_ID' },
  apiHash: { field: 'api_hash', variable: 'TELEGRAM_API_HASH' },
  phone: { field: 'phone', variable: 'TELEGRAM_PHONE' },
} as const satisfies Partial<Record<SettingKey, object>>;

/** A value as text, and the words that name its place in an error. */
export interface OlderValue {
  readonly text: string;
  readonly origin: string;
}

/** Where older settings may be. */
export interface OlderPlace {
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * A setting as the older toolkit has it: by its name in the environment, or in my.json. For settings that nothing of
 * TelePi's own has. @throws UsageError MY_JSON for a my.json that can't be read
 */
export function olderValue(key: SettingKey, place: OlderPlace): OlderValue | undefined {
  if (!(key in OLDER)) return undefined;
  const { field, variable } = OLDER[key as keyof typeof OLDER];
  const inEnvironment = place.environment[variable] ?? '';
  if (inEnvironment.trim() !== '') return { text: inEnvironment, origin: variable };
  const path = join(place.workingDirectory, MY_JSON);
  const value = sectionOf(readMyJson(path), 'telegram')[field];
  if (value === undefined || value === null || String(value).trim() === '') return undefined;
  return { text: String(value), origin: `telegram.${field} in ${path}` };
}

/** Every secret that the older toolkit's settings hold; a file that can't be read has none. */
export function olderSecrets(place: OlderPlace): readonly string[] {
  const telegram = Object.entries(OLDER).filter(([key]) => key !== 'apiId');
  const inEnvironment = telegram.map(([, { variable }]) => place.environment[variable]);
  return [...inEnvironment, ...secretsIn(place.workingDirectory)].filter(isText);
}

/** The path of my.json, if it holds a secret. */
export function olderSecretFile(workingDirectory: string): string | undefined {
  return secretsIn(workingDirectory).some(isText) ? join(workingDirectory, MY_JSON) : undefined;
}

/**
 * The address of the database that a my.json names.
 * @throws UsageError MY_JSON that names what is missing
 */
export function databaseOfMyJson(path: string): DatabaseAddress {
  const content = readMyJson(path);
  if (content === undefined) throw refused(path, 'it is not there');
  const section = sectionOf(content, 'database');
  const text = (field: string): string => {
    const value = section[field];
    if (typeof value === 'string' && value !== '') return value;
    throw refused(path, `it has no text under database.${field}`);
  };
  const port = Number(section['port'] ?? 3306);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw refused(path, 'database.port must be a number from 1 to 65535');
  }
  const { password = '' } = section;
  if (typeof password !== 'string') throw refused(path, 'database.password must be a text');
  return {
    kind: 'mysql',
    product: 'MySQL',
    host: text('host'),
    port,
    database: text('database'),
    user: text('user'),
    ...(password !== '' && { password }),
    tls: 'off',
    origin: path,
  };
}

function secretsIn(workingDirectory: string): readonly unknown[] {
  try {
    const content = readMyJson(join(workingDirectory, MY_JSON));
    const { api_hash, phone } = sectionOf(content, 'telegram');
    return [api_hash, phone, sectionOf(content, 'database')['password']];
  } catch {
    // Whoever needs its settings reports it.
    return [];
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** Undefined: there is no such file. What stands in it isn't quoted: it holds passwords. */
function readMyJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw refused(path, `it can't be read, ${reasonOfSystem(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw refused(path, 'it is not JSON');
  }
}

function sectionOf(content: unknown, name: string): Readonly<Record<string, unknown>> {
  const section = (content as Record<string, unknown> | null | undefined)?.[name];
  return typeof section === 'object' && section !== null ? (section as Record<string, unknown>) : {};
}

function refused(path: string, what: string): UsageError {
  return new UsageError(
    'MY_JSON',
    `${path}, the settings of Telegram Utilities: ${what}. Correct the file, or set what is needed in .env.`,
    { fields: { path } },
  );
}
