import { UsageError } from '../base/errors.js';
import { type EnvFile, type EnvFilePlace, SettingsFile } from './env-file.js';
import { olderSecrets, olderValue } from './my-json.js';
import { type SettingKey, type SettingSpec, settingKeys, specOf } from './table.js';

/** Where settings may come from, strongest first: flags, environment, .env, an older toolkit's my.json, defaults. */
export interface SettingSources extends EnvFilePlace {
  /** By flag name without dashes; a flag that wasn't given is absent or undefined. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file at that place, when it is read for several purposes. Default: it is read each time. */
  readonly file?: SettingsFile;
  /** Settings that only flags set here: they belong to a job that was queued elsewhere. Default: none. */
  readonly onlyFlags?: readonly SettingKey[];
}

/** The settings file. Throws as readEnvFile does. */
export function settingsFile(sources: SettingSources): EnvFile {
  return (sources.file ?? new SettingsFile(sources)).read();
}

/** A value as text, and the words that name its place in an error: `--dc`, `TG_DC`, `TG_DC in /srv/.env`. */
export interface RawValue {
  readonly text: string;
  readonly origin: string;
}

/** Whether nobody has given the value. */
export function isDefault(value: RawValue | undefined): boolean {
  return value === undefined || value.origin.startsWith(OF_DEFAULT);
}

const OF_DEFAULT = 'the default of ';

export type RawValues = ReadonlyMap<SettingKey, RawValue>;

/**
 * The text of each setting from its strongest source. An empty value of the environment or the file counts as not set,
 * like `NAME=` in a .env template; an empty flag is a variable of a script that has no value.
 * @throws UsageError when the env file was asked for, or is there, and can't be read; EMPTY_FLAG.
 */
export function collectValues(sources: SettingSources, keys: readonly SettingKey[]): RawValues {
  const envFile = settingsFile(sources);
  const values = new Map<SettingKey, RawValue>();
  for (const key of settingKeys) {
    const spec = specOf(key);
    if (!keys.includes(key)) {
      if (spec.default !== undefined) values.set(key, defaultOf(spec));
      continue;
    }
    const flag = spec.flag === undefined ? undefined : sources.flags[spec.flag];
    if (flag !== undefined && String(flag).trim() === '') throw emptyFlag(spec);
    const isOfFlags = sources.onlyFlags?.includes(key) === true;
    const candidates: RawValue[] = [
      { text: flag === undefined ? '' : String(flag), origin: `--${spec.flag}` },
      ...(isOfFlags
        ? []
        : [
            { text: sources.environment[spec.name] ?? '', origin: spec.name },
            { text: envFile.values[spec.name] ?? '', origin: `${spec.name} in ${envFile.path}` },
          ]),
      defaultOf(spec),
    ];
    const strongest =
      candidates.find((candidate) => candidate.text.trim() !== '') ??
      (isOfFlags ? undefined : olderValue(key, sources));
    if (strongest) values.set(key, strongest);
  }
  return values;
}

function emptyFlag({ flag }: SettingSpec): UsageError {
  return new UsageError('EMPTY_FLAG', `--${flag} is empty: give it a value, or leave it out.`, {
    fields: { flag },
  });
}

/**
 * Every secret in the environment or the settings file, whether the command uses it or not: none of them may be shown.
 * A file that can't be read has none; reading the settings will report it.
 */
export function secretTexts(sources: SettingSources): readonly string[] {
  const file = readableEnvFile(sources)?.values ?? {};
  return secretNames
    .flatMap((name) => [sources.environment[name], file[name]])
    .concat(olderSecrets(sources))
    .flatMap((text) => (text?.trim() ? [text, text.trim()] : []));
}

/** The path of the settings file, if it holds a secret. */
export function secretFile(sources: SettingSources): string | undefined {
  const file = readableEnvFile(sources);
  return secretNames.some((name) => file?.values[name]?.trim()) ? file?.path : undefined;
}

const secretNames = settingKeys
  .map(specOf)
  .filter(({ secret }) => secret)
  .map(({ name }) => name);

function readableEnvFile(sources: SettingSources): EnvFile | undefined {
  try {
    return settingsFile(sources);
  } catch {
    return undefined;
  }
}

function defaultOf(spec: SettingSpec): RawValue {
  return { text: spec.default ?? '', origin: `${OF_DEFAULT}${spec.name}` };
}
