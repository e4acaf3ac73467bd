/**
 * Plain data as JSON without spaces, the keys of every object sorted, fields that are undefined left out. `omits`: names
 * of fields that are left out wherever they stand. A scan writes every message in this form, so it is written with care
 * for its time.
 */
export function sortedJson(value: unknown, omits: ReadonlySet<string> = NOTHING): string {
  return textOf(value, omits) ?? 'null';
}

const NOTHING: ReadonlySet<string> = new Set();

function textOf(value: unknown, omits: ReadonlySet<string>): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return Array.isArray(value) ? listText(value, omits) : objectText(value as Fields, omits);
}

type Fields = Readonly<Record<string, unknown>>;

function listText(list: readonly unknown[], omits: ReadonlySet<string>): string {
  let text = '';
  for (const item of list) text += `${text === '' ? '' : ','}${textOf(item, omits) ?? 'null'}`;
  return `[${text}]`;
}

function objectText(object: Fields, omits: ReadonlySet<string>): string {
  let text = '';
  for (const key of sorted(Object.keys(object))) {
    const field = omits.has(key) ? undefined : textOf(object[key], omits);
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
