/** A stretch of bytes that has to read otherwise before a strict parser accepts the value, or keeps its digits. */
export interface Correction {
  /** Where in the buffer the stretch begins, and where it ends. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What `scanValue` returns when the value doesn't end within the bytes that are there. */
export const INCOMPLETE = -1;

/**
 * Finds the end of the JSON value that begins at `from`, in what Telegram Desktop writes: it is not always JSON. Returns the index
 * behind it, or INCOMPLETE when it doesn't end before `to`. `corrections` receives what has to be corrected:
 * `\xHH` in strings, the stray second half of U+2028 and U+2029, control characters, values that were written without their
 * quotes, and integers that are larger than 2^53, which become strings.
 */
export function scanValue(bytes: Buffer, from: number, to: number, corrections: Correction[]): number {
  let depth = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at, to, corrections);
      if (at === INCOMPLETE) return INCOMPLETE;
      if (depth === 0) return at;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      at += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      at += 1;
      if (depth <= 0) return at;
    } else if (byte === COMMA || byte === COLON || isBlank(byte)) {
      at += 1;
    } else {
      at = wordEnd(bytes, at, to, corrections);
      if (at === INCOMPLETE) return INCOMPLETE;
      if (depth === 0) return at;
    }
  }
  return INCOMPLETE;
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;
export const LINE_FEED = 0x0a;
const SPACE = 0x20;

/** A blank between the parts of JSON. */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}

function stringEnd(bytes: Buffer, from: number, to: number, corrections: Correction[]): number {
  let at = from + 1;
  while (at < to) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) {
      at = escapeEnd(bytes, at, to, corrections);
      if (at === INCOMPLETE) return INCOMPLETE;
    } else {
      if (byte < SPACE) corrections.push({ start: at, end: at + 1, text: unicodeEscape(byte) });
      at += 1;
    }
  }
  return INCOMPLETE;
}

/** The longest escape, with the two stray bytes that may follow it. */
const LONGEST_ESCAPE = 8;
const SMALL_X = 0x78;
const SMALL_U = 0x75;

function escapeEnd(bytes: Buffer, at: number, to: number, corrections: Correction[]): number {
  if (at + LONGEST_ESCAPE > to && !bytes.subarray(at + 2, to).includes(QUOTE)) return INCOMPLETE;
  const letter = bytes[at + 1];
  if (letter === SMALL_X) {
    const code = hexOf(bytes, at + 2, 2);
    if (code !== undefined) {
      corrections.push({ start: at, end: at + 4, text: unicodeEscape(code) });
      return at + 4;
    }
  } else if (letter === SMALL_U) {
    const code = hexOf(bytes, at + 2, 4);
    if (code !== undefined) return behindSeparator(bytes, at + 6, code, corrections);
  } else if (letter !== undefined && PLAIN_ESCAPES.includes(letter)) {
    return at + 2;
  }
  // A backslash that stands for itself.
  corrections.push({ start: at, end: at + 1, text: '\\\\' });
  return at + 1;
}

const PLAIN_ESCAPES = Buffer.from('"\\/bfnrt');
/** U+2028 and U+2029, whose UTF-8 ends with 80 A8 and 80 A9. */
const SEPARATORS = new Map([
  [0x2028, 0xa8],
  [0x2029, 0xa9],
]);

function behindSeparator(bytes: Buffer, at: number, code: number, corrections: Correction[]): number {
  const last = SEPARATORS.get(code);
  if (last === undefined || bytes[at] !== 0x80 || bytes[at + 1] !== last) return at;
  corrections.push({ start: at, end: at + 2, text: '' });
  return at + 2;
}

function hexOf(bytes: Buffer, at: number, digits: number): number | undefined {
  const text = bytes.toString('latin1', at, at + digits);
  return /^[0-9a-fA-F]+$/.test(text) && text.length === digits ? Number.parseInt(text, 16) : undefined;
}

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** More digits than these may be above 2^53. */
const SAFE_DIGITS = 15;

/** Of a number, a literal, or text without its quotes. */
function wordEnd(bytes: Buffer, from: number, to: number, corrections: Correction[]): number {
  let at = from;
  while (at < to && !isDelimiter(bytes[at])) at += 1;
  if (at === to) return INCOMPLETE;
  const length = at - from;
  if (length <= SAFE_DIGITS && isPlainInteger(bytes, from, at)) return at;
  const word = bytes.toString('latin1', from, at);
  if (LITERALS.has(word)) return at;
  if (NUMBER.test(word)) {
    const isWhole = /^-?\d+$/.test(word);
    if (isWhole && !Number.isSafeInteger(Number(word)))
      corrections.push({ start: from, end: at, text: `"${word}"` });
    return at;
  }
  return unquotedEnd(bytes, from, to, corrections);
}

const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}

function isPlainInteger(bytes: Buffer, from: number, to: number): boolean {
  // A zero in front of other digits isn't JSON.
  if (bytes[from] === 0x30 && to - from > 1) return false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

/** What stands without quotes ends with its line, and a comma there isn't part of it. */
function unquotedEnd(bytes: Buffer, from: number, to: number, corrections: Correction[]): number {
  const line = bytes.indexOf(LINE_FEED, from);
  if (line < 0 || line >= to) return INCOMPLETE;
  let end = line;
  while (end > from && (isBlank(bytes[end - 1]) || bytes[end - 1] === COMMA)) end -= 1;
  corrections.push({ start: from, end, text: JSON.stringify(bytes.toString('utf8', from, end)) });
  return end;
}
