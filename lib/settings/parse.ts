import { UsageError } from '../base/errors.js';
import type { RawValue } from './sources.js';
import type { SettingSpec } from './table.js';

/**
 * The value that a text stands for. The error says what was expected and, unless the setting is a secret, what was
 * found.
 */
export function parseValue(spec: SettingSpec, raw: RawValue): string | number | boolean {
  switch (spec.kind.type) {
    case 'integer':
      return parseNumber(spec, raw, spec.kind, /^[+-]?\d+$/, 'a whole number');
    case 'number':
      return parseNumber(spec, raw, spec.kind, /^[+-]?(\d+\.?\d*|\.\d+)$/, 'a number');
    case 'boolean':
      return booleanOf(raw, spec.name);
    case 'choice':
      return parseChoice(spec, raw, spec.kind.of);
    case 'text':
    case 'list':
      return raw.text.trim();
    case 'lines':
    case 'verbatim':
      return raw.text;
  }
}

/**
 * Reads yes and no, for flags, environment and .env alike, in upper or lower case. `setting` is the name in the error's
 * fields.
 * @throws UsageError that names the source of the text and the values that are allowed.
 */
export function booleanOf(raw: RawValue, setting?: string): boolean {
  const word = raw.text.trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  if (FALSE_WORDS.includes(word)) return false;
  throw refusal(raw, 'yes or no (also true/false, on/off, 1/0)', false, setting);
}

/** Whether `booleanOf` can read it. */
export function isBooleanWord(text: string): boolean {
  return [...TRUE_WORDS, ...FALSE_WORDS].includes(text.trim().toLowerCase());
}

/** An error that refuses `raw`: `--dc must be …, not "x"`. */
export function badValue(spec: SettingSpec, raw: RawValue, expected: string): UsageError {
  return refusal(raw, expected, spec.secret, spec.name);
}

function refusal(raw: RawValue, expected: string, secret: boolean, setting?: string): UsageError {
  const found = secret ? '' : `, not ${JSON.stringify(raw.text)}`;
  return new UsageError('BAD_SETTING', `${raw.origin} must be ${expected}${found}.`, {
    fields: setting === undefined ? {} : { setting },
  });
}

function parseNumber(
  spec: SettingSpec,
  raw: RawValue,
  bounds: { readonly min: number; readonly max: number },
  form: RegExp,
  noun: string,
): number {
  const text = raw.text.trim();
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (!(value >= bounds.min && value <= bounds.max)) {
    throw badValue(spec, raw, `${noun} from ${bounds.min} to ${bounds.max}`);
  }
  return value;
}

const TRUE_WORDS = ['1', 'true', 'yes', 'on'];
const FALSE_WORDS = ['0', 'false', 'no', 'off'];

function parseChoice(spec: SettingSpec, raw: RawValue, choices: readonly string[]): string {
  const word = raw.text.trim().toLowerCase();
  if (choices.includes(word)) return word;
  throw badValue(spec, raw, `one of ${choices.join(', ')}`);
}
