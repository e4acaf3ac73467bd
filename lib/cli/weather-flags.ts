import { UsageError } from '../base/errors.js';
import {
  WEATHER_FLAGS,
  type WeatherFlag,
  type WeatherOptions,
  weatherOptions,
} from '../sandbox/weather/options.js';
import type { FlagSpec } from './command.js';

const PLACEHOLDERS = { number: 'number', rate: '0..1', list: 'names', word: 'refusal' } as const;

/** The sandbox's weather as flags of `telepi sandbox`. */
export function weatherFlags(): readonly FlagSpec[] {
  return WEATHER_FLAGS.map(({ flag, type, describe }) => ({
    name: flag,
    placeholder: PLACEHOLDERS[type],
    about: describe,
  }));
}

/** @throws UsageError that names the flag. */
export function readWeather(flags: Readonly<Record<string, unknown>>): WeatherOptions {
  const changes: Partial<Record<keyof WeatherOptions, unknown>> = {};
  for (const { key, flag, type } of WEATHER_FLAGS) {
    const text = flags[flag];
    if (text === undefined) continue;
    changes[key] = READERS[type](flag, String(text));
  }
  try {
    return weatherOptions(changes as Partial<WeatherOptions>);
  } catch (error) {
    throw weatherRefusal(error);
  }
}

/** The sandbox's error, in terms of its flags. */
export function weatherRefusal(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new UsageError('BAD_WEATHER', withFlagName(error.message), { cause: error });
}

const READERS = {
  number: numberOf,
  rate: numberOf,
  list: (_flag, text) => listOf(text),
  word: (_flag, text) => text.trim(),
} as const satisfies Record<WeatherFlag['type'], (flag: string, text: string) => unknown>;

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function numberOf(flag: string, text: string): number {
  const value = /^\d+(\.\d+)?$|^\.\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new UsageError(
      'BAD_WEATHER',
      `--${flag} must be a number of 0 or more, not ${JSON.stringify(text)}.`,
    );
  }
  return value;
}

/** The options' errors name their keys: `latencyMs must be …` becomes `--latency must be …`. */
function withFlagName(message: string): string {
  return WEATHER_FLAGS.reduce(
    (text, { key, flag }) => text.replace(new RegExp(`\\b${key}\\b`), `--${flag}`),
    message,
  );
}
