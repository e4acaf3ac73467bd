import { RE2JS, RE2JSException } from 're2js';
import { UsageError } from '../../base/errors.js';
import type { FormattedText } from '../document/text.js';
import { type Edit, plainText, replaceRanges } from '../text/edit.js';

/** Changes a text in the places where something is found in it; words around them keep their format. */
export type Replace = (text: FormattedText) => FormattedText;

const ARROW = '=>';

/**
 * Reads `from=>to`: each `from` becomes `to`, which may be empty. The first arrow divides; blanks count. `origin`
 * names it in an error.
 * @throws UsageError BAD_REPLACE.
 */
export function readReplace(rule: string, origin = '--replace'): Replace {
  const { from, to } = sides(rule, origin);
  return (text) => replaceRanges(text, found(text.text, from, to));
}

/**
 * Reads `pattern=>to` with a pattern of RE2, whose time is linear in the text: it knows neither lookaround nor
 * backreferences, and can't run away. In `to`, `$1` or `${1}` is a group, `${name}` a named one, `$0` the whole, `$$` a
 * dollar sign.
 * @throws UsageError BAD_REPLACE, with what is wrong in the pattern or the replacement.
 */
export function readRegexReplace(rule: string, origin = '--replace-regex'): Replace {
  const { from, to } = sides(rule, origin);
  const pattern = compiled(from, origin);
  const pieces = replacementOf(to, pattern, origin);
  return (text) => replaceRanges(text, matches(text.text, pattern, pieces));
}

function sides(rule: string, origin: string): { readonly from: string; readonly to: string } {
  const arrow = rule.indexOf(ARROW);
  if (arrow < 1) {
    throw new UsageError(
      'BAD_REPLACE',
      `${origin} takes what is to be replaced, ${ARROW} and what comes in its place, not ${JSON.stringify(rule)}.`,
    );
  }
  return { from: rule.slice(0, arrow), to: rule.slice(arrow + ARROW.length) };
}

function found(text: string, from: string, to: string): Edit[] {
  const edits: Edit[] = [];
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) {
    edits.push({ from: at, to: at + from.length, by: plainText(to) });
  }
  return edits;
}

function compiled(pattern: string, origin: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new UsageError(
      'BAD_REPLACE',
      `${origin}: TelePi can't read the pattern ${JSON.stringify(pattern)}: ${error.message}. It takes RE2's syntax, without lookaround and backreferences.`,
    );
  }
}

/** A piece of the replacement: text, or a group by its number. */
type Piece = string | number;

function replacementOf(to: string, pattern: RE2JS, origin: string): Piece[] {
  const names = pattern.namedGroups();
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of to.matchAll(/\$(?:(\$)|(\d{1,2})|\{(\w+)\})?/g)) {
    const [whole, dollar, number, word] = match;
    pieces.push(to.slice(at, match.index));
    at = match.index + whole.length;
    if (dollar !== undefined) pieces.push('$');
    else pieces.push(groupOf(number ?? word, names, pattern.groupCount(), origin));
  }
  return [...pieces, to.slice(at)];
}

function groupOf(
  written: string | undefined,
  names: Readonly<Record<string, number>>,
  count: number,
  origin: string,
): number {
  const group = written !== undefined && /^\d+$/.test(written) ? Number(written) : names[written ?? ''];
  if (group !== undefined && group <= count) return group;
  throw new UsageError(
    'BAD_REPLACE',
    written === undefined
      ? `${origin}: a dollar sign in the replacement begins a group; write $$ for the sign itself.`
      : `${origin}: the pattern has no group ${written}; it has ${count}.`,
  );
}

function matches(text: string, pattern: RE2JS, pieces: readonly Piece[]): Edit[] {
  const edits: Edit[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const by = pieces.map((piece) => (typeof piece === 'string' ? piece : (matcher.group(piece) ?? '')));
    edits.push({ from: matcher.start(), to: matcher.end(), by: plainText(by.join('')) });
  }
  return edits;
}
