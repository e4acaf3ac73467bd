import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { UsageError } from '../base/errors.js';
import { type SettingKey, type SettingSpec, settingKeys, specOf } from './table.js';

/** Where settings may come from, strongest first: flags, environment, .env, defaults. */
export interface SettingSources {
  /** By flag name without dashes; a flag that wasn't given is absent or undefined. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths and .env start here. */
  readonly workingDirectory: string;
  /** Replaces `.env` in the working directory, and must exist. */
  readonly envFile?: string | undefined;
}

/** A value as text, and the words that name its place in an error: `--dc`, `TG_DC`, `TG_DC in /srv/.env`. */
export interface RawValue {
  readonly text: string;
  readonly origin: string;
}

export type RawValues = ReadonlyMap<SettingKey, RawValue>;

/**
 * The strongest text of each setting. An empty value counts as not set, as `NAME=` in a .env template means.
 * @throws UsageError when the env file was asked for, or is there, and can't be read.
 */
export function collectValues(sources: SettingSources, keys: readonly SettingKey[]): RawValues {
  const envFile = readEnvFile(sources);
  const values = new Map<SettingKey, RawValue>();
  for (const key of settingKeys) {
    const spec = specOf(key);
    if (!keys.includes(key)) {
      if (spec.default !== undefined) values.set(key, defaultOf(spec));
      continue;
    }
    const flag = spec.flag === undefined ? undefined : sources.flags[spec.flag];
    const candidates: RawValue[] = [
      { text: flag === undefined ? '' : String(flag), origin: `--${spec.flag}` },
      { text: sources.environment[spec.name] ?? '', origin: spec.name },
      { text: envFile.values[spec.name] ?? '', origin: `${spec.name} in ${envFile.path}` },
      defaultOf(spec),
    ];
    const strongest = candidates.find((candidate) => candidate.text.trim() !== '');
    if (strongest) values.set(key, strongest);
  }
  return values;
}

/**
 * Every secret that stands in the environment or the settings file, whether the command takes it or not: none of
 * them is to be shown. A file that can't be read has none; reading the settings will say so.
 */
export function secretTexts(sources: SettingSources): readonly string[] {
  let file: Readonly<Record<string, string>> = {};
  try {
    file = readEnvFile(sources).values;
  } catch {}
  return settingKeys
    .map(specOf)
    .filter(({ secret }) => secret)
    .flatMap(({ name }) => [sources.environment[name], file[name]])
    .flatMap((text) => (text?.trim() ? [text, text.trim()] : []));
}

function defaultOf(spec: SettingSpec): RawValue {
  return { text: spec.default ?? '', origin: `the default of ${spec.name}` };
}

interface EnvFile {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

function readEnvFile(sources: SettingSources): EnvFile {
  const path = resolve(sources.workingDirectory, sources.envFile ?? '.env');
  try {
    return { path, values: parse(readFileSync(path)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && sources.envFile === undefined) return { path, values: {} };
    const mend =
      code === 'ENOENT'
        ? 'it is not there: check the path after --settings'
        : `it can't be read (${code}): make it a file that this user may read`;
    throw new UsageError('ENV_FILE_UNREADABLE', `Settings file ${path}: ${mend}.`, { cause: error });
  }
}
