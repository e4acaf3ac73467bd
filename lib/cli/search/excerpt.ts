import { placeOfWord, type SearchWords } from '../../messages/search/search-words.js';
import { plain } from '../plain.js';
import { fit, widthOf } from '../width.js';

/**
 * The parts of a text that show where its words were found, on one line of at most `columns` terminal cells: around the first, and
 * around one that is too far from it. What a terminal would obey is removed.
 */
export function excerpt(text: string, words: SearchWords, columns: number): string {
  const line = plain(text).replace(/\s+/gu, ' ').trim();
  const places = words.flatMap((word) => placeOfWord(word, line) ?? []);
  const first = places.length === 0 ? 0 : Math.min(...places);
  const whole = pieceAround(line, first, columns);
  // The end of a piece is cut off, and a word there may be, too.
  const far = places.find((place) => widthOf(line.slice(first, place)) > columns / 2);
  if (far === undefined || widthOf(line) <= columns) return whole;
  const half = Math.floor((columns - 1) / 2);
  return `${pieceAround(line, first, half)} ${pieceAround(line, far, half)}`;
}

function pieceAround(line: string, at: number, columns: number): string {
  const start = startBefore(line, at, Math.floor(columns / 3));
  return fit(start === 0 ? line : `…${line.slice(start)}`, columns);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Where to begin so that `at` comes after at most `columns` cells: 0, or the start of a character that people see. */
function startBefore(line: string, at: number, columns: number): number {
  if (widthOf(line.slice(0, at)) <= columns) return 0;
  const before = [...graphemes.segment(line.slice(0, at))];
  let width = 1;
  let start = at;
  for (const { segment, index } of before.reverse()) {
    width += widthOf(segment);
    if (width > columns) break;
    start = index;
  }
  return start;
}
