import { UsageError } from '../../base/errors.js';

/** A value as its user wrote it, and the words that name its place in an error: `--since`, `SELECT_SINCE in /srv/.env`. */
export interface Given {
  readonly text: string;
  readonly origin: string;
}

/** An error that refuses a value: `--since must be …, not "x"`. `more`: a sentence that helps. */
export function badValue({ text, origin }: Given, expected: string, more?: string): UsageError {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  const help = more === undefined ? '' : ` ${more}`;
  return new UsageError(
    'BAD_SELECTION',
    `${origin} must be ${expected}, not ${JSON.stringify(shown)}.${help}`,
  );
}

/** An error about two values that together choose nothing. */
export function contradiction(one: Given, other: Given, why: string): UsageError {
  return new UsageError(
    'CONTRADICTION',
    `${one.origin} and ${other.origin} together choose nothing: ${why}. Change one of them.`,
  );
}

/** The words of a list, which commas or blanks separate. */
export function wordsOf({ text }: Given): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

const LONGEST_SHOWN = 200;
