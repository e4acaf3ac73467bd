import type { Correction } from './scan-value.js';

/** A JSON value as it was read: its text is what a strict parser accepts, as far as that could be reached. */
export interface RawValue {
  readonly text: string;
  /** Where it begins, in bytes from the beginning of the file. */
  readonly offset: number;
}

/** The text of the value between two indices of a buffer, with its corrections made; bytes that aren't UTF-8 become U+FFFD. */
export function correctedText(
  bytes: Buffer,
  from: number,
  to: number,
  corrections: readonly Correction[],
): string {
  if (corrections.length === 0) return bytes.toString('utf8', from, to);
  let text = '';
  let at = from;
  for (const { start, end, text: replacement } of corrections) {
    text += bytes.toString('utf8', at, start) + replacement;
    at = end;
  }
  return text + bytes.toString('utf8', at, to);
}

/**
 * The first value of a key that an object has twice, when it is a string: Telegram Desktop writes `text` a second time behind
 * the text of an action, and parsers keep the last one. `text` is the object's JSON.
 */
export function firstString(text: string, key: string): string | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;
  let depth = 0;
  let last = '';
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1 && last === JSON.stringify(key)) {
      const value = /^\s*("(?:[^"\\]|\\.)*")/s.exec(text.slice(index + 1));
      return value?.[1] === undefined ? undefined : (JSON.parse(value[1]) as string);
    } else if (token.startsWith('"')) last = token;
  }
  return undefined;
}
