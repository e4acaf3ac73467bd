/**
 * Plain data as JSON without spaces, the keys of every object sorted, fields that are undefined left out. `omits`: names
 * of fields that are left out wherever they stand. A scan writes every message in this form, so it is written with care
 * for its time.
 */
export function sortedJson(value: unknown, omits: ReadonlySet<string> = NOTHING): string {
  return textOf(value, { names: omits, keeps: false, met: false }) ?? 'null';
}

/** A field of an object: `whole` is its JSON, and `without` is it without what is omitted. */
export interface SortedField {
  readonly name: string;
  readonly whole: string;
  readonly without: string;
}

/** The fields of an object, sorted, without undefined ones. Each is written once, unless something in it is omitted. */
export function* sortedFields(object: object, omits: ReadonlySet<string>): Generator<SortedField> {
  const fields = object as Fields;
  for (const name of sorted(Object.keys(object))) {
    const rule = { names: omits, keeps: true, met: false };
    const whole = textOf(fields[name], rule);
    if (whole === undefined) continue;
    yield { name, whole, without: rule.met ? sortedJson(fields[name], omits) : whole };
  }
}

const NOTHING: ReadonlySet<string> = new Set();

interface Omission {
  readonly names: ReadonlySet<string>;
  /** Fields of these names are written all the same. */
  readonly keeps: boolean;
  /** There was one. */
  met: boolean;
}

function textOf(value: unknown, omits: Omission): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? listText(value, omits) : objectText(value as Fields, omits);
}

type Fields = Readonly<Record<string, unknown>>;

function listText(list: readonly unknown[], omits: Omission): string {
  let text = '';
  for (const item of list) text += `${text === '' ? '' : ','}${textOf(item, omits) ?? 'null'}`;
  return `[${text}]`;
}

function objectText(object: Fields, omits: Omission): string {
  let text = '';
  for (const key of sorted(Object.keys(object))) {
    if (omits.names.has(key)) {
      omits.met = true;
      if (!omits.keeps) continue;
    }
    const field = textOf(object[key], omits);
    if (field !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${field}`;
  }
  return `{${text}}`;
}

/** By insertion, in place: objects have few fields, mostly in order. */
function sorted(keys: string[]): string[] {
  for (let next = 1; next < keys.length; next += 1) {
    const key = keys[next] as string;
    let at = next;
    for (; at > 0 && (keys[at - 1] as string) > key; at -= 1) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** What JSON writes with a backslash, or may. */
const ESCAPED = /["\\\p{Cc}\p{Cs}]/u;
/** Of longer texts, JSON.stringify is faster than the search for what it would escape. */
const SHORT = 40;

function quoted(text: string): string {
  return text.length <= SHORT && !ESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}
