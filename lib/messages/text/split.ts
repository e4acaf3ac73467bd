import type { FormattedText } from '../document/text.js';
import { endOf, mayBeCut } from './behaviour.js';
import { codePoints, pairStart } from './boundaries.js';
import { isBlank, slice, trim, trimEnd, trimStart } from './edit.js';
import { normalise } from './normalise.js';

/**
 * How many UTF-16 units the first message may hold, and each that continues it. A text never has more code points than
 * units, so a part is within a limit of code points, too. 0: the first can hold no text.
 */
export interface SplitLimits {
  readonly first: number;
  readonly rest: number;
}

/** Whether Telegram takes the text as one message of `limit` code points. */
export function fits({ text }: FormattedText, limit: number): boolean {
  return text.length <= limit || codePoints(text) <= limit;
}

/**
 * Cuts a text into parts within the limits, at the last paragraph's end, line's end, sentence's end or blank of each
 * part's second half, whichever is there first in this order; between two graphemes if there is none. Links, mentions,
 * hashtags and custom emoji stay whole, other entities are closed and opened again. The parts are trimmed as the server
 * does it. Only an entity or grapheme that is longer than a part is cut, but no surrogate pair.
 *
 * With `first` 0, the first part is empty; otherwise no part is, unless the whole text is blank.
 */
export function split(whole: FormattedText, { first, rest }: SplitLimits): readonly FormattedText[] {
  if (rest < 2 || first < 0 || first === 1)
    throw new RangeError('A part of a text holds two units at least.');
  let left = trim(whole);
  const parts: FormattedText[] = [];
  for (let limit = first; left.text.length > limit; limit = rest) {
    const at = limit === 0 ? 0 : breakAt(left, pairStart(left.text, limit));
    parts.push(normalise(trimEnd(slice(left, 0, at))));
    left = trimStart(slice(left, at));
  }
  if (parts.length === 0) return [left];
  return isBlank(left) ? parts : [...parts, normalise(left)];
}

/** The end of the first part, above 0 and at most `most`, which is less than the text's length. */
function breakAt(text: FormattedText, most: number): number {
  const least = Math.max(1, Math.floor(most / 2));
  const solid = text.entities.filter(
    (entity) => !mayBeCut(entity) || entity.kind === 'text_link' || entity.kind === 'mention_name',
  );
  const isFree = (at: number): boolean => !solid.some((entity) => entity.offset < at && at < endOf(entity));
  const isGood = (at: number): boolean => at >= least && at <= most && isFree(at);
  for (const ends of [paragraphEnds, lineEnds, sentenceEnds, blanks]) {
    const at = lastOf(ends(text.text, most), isGood);
    if (at !== undefined) return at;
  }
  const graphemes = [...graphemeEnds(text.text, most)];
  return (
    lastOf(graphemes, (at) => at > 0 && at <= most && isFree(at)) ??
    lastOf(graphemes, (at) => at > 0 && at <= most) ??
    most
  );
}

function lastOf(places: Iterable<number>, isGood: (at: number) => boolean): number | undefined {
  let last: number | undefined;
  for (const at of places) if (isGood(at)) last = at;
  return last;
}

function paragraphEnds(text: string, most: number): Iterable<number> {
  return matchEnds(text, most, /\n[^\S\n]*\n\s*/g);
}

function lineEnds(text: string, most: number): Iterable<number> {
  return matchEnds(text, most, /\n\s*/g);
}

function blanks(text: string, most: number): Iterable<number> {
  return matchEnds(text, most, /\s+/g);
}

/** Where the matches begin: what matches is trimmed away. */
function* matchEnds(text: string, most: number, pattern: RegExp): Iterable<number> {
  for (const { index } of text.matchAll(pattern)) {
    if (index > most) return;
    yield index;
  }
}

function* sentenceEnds(text: string, most: number): Iterable<number> {
  // The segmenter sees a little beyond, so that it doesn't take the cut for a sentence's end.
  for (const { index } of segmenter('sentence').segment(text.slice(0, most + BEYOND))) yield index;
}

function* graphemeEnds(text: string, most: number): Iterable<number> {
  for (const { index } of segmenter('grapheme').segment(text.slice(0, most + BEYOND))) yield index;
}

/** UTF-16 units. */
const BEYOND = 64;

function segmenter(granularity: 'sentence' | 'grapheme'): Intl.Segmenter {
  return new Intl.Segmenter('und', { granularity });
}
