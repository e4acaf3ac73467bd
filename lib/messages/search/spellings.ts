import { DOT_ABOVE, folded, UNSEEN_RANGES } from './folded.js';

/** One place of a word: the characters that it may be written with there, the folded one first, or white space of any length. */
export type Spelling = readonly [string, ...string[]] | 'blank';

/**
 * How a word may be written in a text in which it is found: character by character as in `places`, or otherwise, and then the text
 * has one of the characters of `odd`. A database that looks for these two finds every text that `folded` would, and some more.
 */
export interface Spellings {
  /** Those of the word's beginning, if it is long. */
  readonly places: readonly Spelling[];
  /** The inside of a class of a pattern: single characters and ranges, none of which a pattern takes for anything else. */
  readonly odd: string;
}

/** Makes the spellings of folded words. Reading Unicode's tables takes some hundredths of a second, once. */
export function spellingsOf(words: readonly string[]): readonly Spellings[] {
  const table = readTable();
  return words.map((word) => spell(word, table));
}

/**
 * A regular expression that finds a word's spellings or one of its odd characters, in a form that JavaScript (with its flag u),
 * Postgres and PCRE read alike.
 */
export function patternOf({ places, odd }: Spellings): string {
  const each = places.map((place) => {
    if (place === 'blank') return `[${BLANKS}]+`;
    const [first, ...others] = place;
    if (others.length > 0) return `[${place.join('')}]`;
    return SIGNS.test(first) ? `\\${first}` : first;
  });
  return `${each.join('')}|[${odd}]`;
}

const SIGNS = /[\\^$.*+?()[\]{}|]/;
/** What JavaScript takes for white space. */
const BLANKS = ' \t-\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000';

/** More make a pattern slower, and hardly any text fewer has them all. */
const MOST_PLACES = 40;

interface Table {
  /** What is folded to one character, by that character. */
  readonly single: ReadonlyMap<string, readonly string[]>;
  /** What is folded to several, such as ß. */
  readonly several: readonly { readonly of: string; readonly to: string }[];
}

function spell(word: string, { single, several }: Table): Spellings {
  const characters = [...word];
  const places = characters
    .slice(0, MOST_PLACES)
    .map((each): Spelling => (each === ' ' ? 'blank' : [each, ...(single.get(each) ?? [])]));
  const odd = new Set<string>(
    several.filter(({ to }) => characters.some((each) => to.includes(each))).map(({ of }) => of),
  );
  // A text may hold these apart from their letters, in another order, or around them.
  for (const mark of word.normalize('NFD').match(/\p{M}/gu) ?? []) odd.add(mark);
  if (word.includes('i')) odd.add(DOT_ABOVE);
  const isHangul = /[\u1100-\u11ff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb]/u.test(word);
  return { places, odd: `${UNSEEN_RANGES}${[...odd].join('')}${isHangul ? JAMO : ''}` };
}

/** Parts of syllables, which become one character where they meet. */
const JAMO = '\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb';

/** Where characters are that change when they are folded; the rest is Han, Hangul, private or empty. */
const RANGES = [
  [0x41, 0x33ff],
  [0xa000, 0xabff],
  [0xf900, 0x1ffff],
  [0x2f800, 0x2fa1f],
] as const;

const MAY_CHANGE =
  /\p{Changes_When_NFKC_Casefolded}|\p{Changes_When_Uppercased}|\p{Changes_When_Lowercased}/u;

function readTable(): Table {
  const single = new Map<string, string[]>();
  const several: { of: string; to: string }[] = [];
  for (const [first, last] of RANGES) {
    for (let code = first; code <= last; code += 1) {
      const of = String.fromCodePoint(code);
      if (!MAY_CHANGE.test(of)) continue;
      const to = folded(of);
      if (to === of || to === '' || to === ' ') continue;
      if ([...to].length > 1) several.push({ of, to });
      else single.set(to, [...(single.get(to) ?? []), of]);
    }
  }
  return { single, several };
}
