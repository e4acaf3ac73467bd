/** A value of result.json. A field that is undefined is left out. */
export type Json = string | number | boolean | null | Verbatim | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A message's keys in their order: a list, since Telegram Desktop may write one of them twice. */
export type Fields = readonly (readonly [key: string, value: Json | undefined])[];

/** JSON that is written as it is: numbers that no JavaScript number holds or prints so, and what is already JSON. */
export class Verbatim {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** A 64-bit number, which Telegram Desktop writes without quotes. @throws RangeError for what is not an integer */
export function integer(digits: string): Verbatim {
  if (!/^-?\d+$/.test(digits)) throw new RangeError('this is not an integer');
  return new Verbatim(String(BigInt(digits)));
}

/** A number with six decimals, as Telegram Desktop writes every fraction. */
export function sixDecimals(value: number): Verbatim {
  return new Verbatim(Number.isFinite(value) ? value.toFixed(6) : '0.000000');
}

/**
 * A value as Telegram Desktop lays it out, one space for each level; an empty list takes two lines. `level`: of the brackets
 * around it.
 */
export function layOut(value: Json, level: number): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Verbatim) return value.json;
  if (isList(value))
    return lines(
      '[',
      value.map((item) => layOut(item, level + 1)),
      ']',
      level,
    );
  return layOutFields(Object.entries(value), level);
}

/** The same of an object that is a list of fields. */
export function layOutFields(fields: Fields, level: number): string {
  const written: string[] = [];
  for (const [key, value] of fields) {
    if (value !== undefined) written.push(`${quoted(key)}: ${layOut(value, level + 1)}`);
  }
  return lines('{', written, '}', level);
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function lines(open: string, items: readonly string[], close: string, level: number): string {
  const indent = `\n${' '.repeat(level)}`;
  return items.length === 0
    ? `${open}${indent}${close}`
    : `${open}${indent} ${items.join(`,${indent} `)}${indent}${close}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what JSON must escape
const ODD = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** A text as JSON: control characters as \u00HH, where Telegram Desktop writes \xHH, which is not legal JSON. */
export function quoted(text: string): string {
  if (!ODD.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(/\\(?:[bf]|u00[01][0-9a-f]|.)/g, escapeOf);
}

function escapeOf(sequence: string): string {
  if (sequence === '\\b') return '\\u0008';
  if (sequence === '\\f') return '\\u000C';
  return sequence.length === 6 ? `\\u${sequence.slice(2).toUpperCase()}` : sequence;
}
