/**
 * A text in the form in which texts are compared by a search: equal for texts that differ only in case, in how their characters are
 * composed, in characters that nobody sees, or in the kind and length of their white space.
 *
 * Case is folded by Unicode's full mappings (ß, ẞ and SS are one, so are ς, σ and Σ), and i, ı, İ and I are one letter, since who
 * searches in Turkish and who searches in English mean the same key. Accents stay: é is found as one or two code points, and not as e.
 */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase().replace(BLANKS, ' ');
  return text
    .replace(UNSEEN, '')
    .normalize('NFD')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replaceAll(`i${DOT_ABOVE}`, 'i')
    .normalize('NFC')
    .replace(BLANKS, ' ');
}

/** What İ has above its I, once it is decomposed. */
export const DOT_ABOVE = '\u0307';

/** Ranges of characters that nobody sees, for a class of a pattern: soft hyphens, joiners, marks of direction, variants of a glyph. */
export const UNSEEN_RANGES =
  '\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0100}-\u{e01ef}';

const UNSEEN = new RegExp(`[${UNSEEN_RANGES}]`, 'gu');
const ASCII = /^[\0-\x7f]*$/;
const BLANKS = /\s+/gu;
