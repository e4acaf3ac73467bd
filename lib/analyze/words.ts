import type { Entity, FormattedText } from '../messages/document/text.js';
import { STOP_WORDS } from './stop-words.js';
import type { WordCounter } from './word-counter.js';

/**
 * Counts the words of a text in lower case, in any script. Scripts that write no blanks between words (Chinese, Japanese, Thai, Lao,
 * Khmer, Burmese) are divided by Unicode's dictionaries. Numbers aren't words, nor are addresses, @names, commands, numbers of
 * telephones and code.
 */
export class WordReader {
  readonly #classes = new Uint8Array(0x1_0000);
  readonly #fold = new Uint16Array(0x1_0000);
  readonly #segmenter = new Intl.Segmenter('en', { granularity: 'word' });

  constructor() {
    for (let unit = 0; unit < 0x1_0000; unit += 1) {
      const letter = String.fromCharCode(unit);
      const lower = letter.toLowerCase();
      this.#classes[unit] = classOf(letter);
      // İ alone becomes two units, of which the first one is its letter.
      this.#fold[unit] = lower.charCodeAt(0);
    }
    this.#fold[CURLY] = STRAIGHT;
  }

  count({ text, entities }: FormattedText, counter: WordCounter): void {
    const prose = entities.length === 0 ? text : withoutSpans(text, entities);
    this.#count(COMBINING.test(prose) ? prose.normalize('NFC') : prose, counter);
  }

  #count(text: string, counter: WordCounter): void {
    const { length } = text;
    let at = 0;
    while (at < length) {
      let kind = this.#kindAt(text, at);
      if (kind === OTHER || kind === MARK || kind === APOSTROPHE) {
        at += 1;
        continue;
      }
      const start = at;
      let isWord = false;
      let isUnspaced = false;
      while (kind !== OTHER) {
        // An apostrophe only within a word.
        if (kind === APOSTROPHE && this.#kindAt(text, at + 1) < LETTER) break;
        isWord ||= kind >= LETTER;
        isUnspaced ||= kind >= UNSPACED;
        at += kind === PAIR ? 2 : 1;
        kind = this.#kindAt(text, at);
      }
      if (isUnspaced) this.#divide(text.slice(start, at), counter);
      else if (isWord) counter.add(text, start, at, this.#fold);
    }
  }

  #kindAt(text: string, at: number): number {
    if (at >= text.length) return OTHER;
    const kind = this.#classes[text.charCodeAt(at)] ?? OTHER;
    return kind === PAIR && !LETTERS.test(String.fromCodePoint(text.codePointAt(at) ?? 0)) ? OTHER : kind;
  }

  #divide(piece: string, counter: WordCounter): void {
    for (const { segment, isWordLike } of this.#segmenter.segment(piece)) {
      if (isWordLike && LETTERS.test(segment)) counter.add(segment, 0, segment.length, this.#fold);
    }
  }
}

/** Whether a word says something by itself: none of the commonest words of some languages, and more than one letter of an alphabet. */
export function isTelling(word: string): boolean {
  return !STOP_WORDS.has(word) && (word.length > 1 || UNSPACED_SCRIPT.test(word));
}

/** What a UTF-16 unit is to a word; letters last. A pair of units is a letter beyond the first plane, of Chinese mostly, or none. */
const [OTHER, MARK, APOSTROPHE, DIGIT, LETTER, UNSPACED, PAIR] = [0, 1, 2, 3, 4, 5, 6] as const;

const STRAIGHT = 0x27;
const CURLY = 0x2019;
/** Marks and letters of which several may make one. */
const COMBINING = /[\u0300-\u036f\u1100-\u11ff]/;
const LETTERS = /\p{L}/u;
const UNSPACED_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function classOf(letter: string): number {
  if (letter >= '\ud800' && letter <= '\udbff') return PAIR;
  if (letter === "'" || letter === '’') return APOSTROPHE;
  if (UNSPACED_SCRIPT.test(letter) && /[\p{L}\p{M}]/u.test(letter)) return UNSPACED;
  if (LETTERS.test(letter)) return LETTER;
  if (/\p{N}/u.test(letter)) return DIGIT;
  return /\p{M}/u.test(letter) ? MARK : OTHER;
}

const NO_PROSE: ReadonlySet<Entity['kind']> = new Set<Entity['kind']>([
  'link',
  'email',
  'mention',
  'bot_command',
  'phone',
  'bank_card',
  'code',
  'pre',
]);

function withoutSpans(text: string, entities: readonly Entity[]): string {
  let prose = text;
  for (const entity of entities) {
    if (!NO_PROSE.has(entity.kind) || !('offset' in entity)) continue;
    const end = entity.offset + entity.length;
    prose = prose.slice(0, entity.offset) + ' '.repeat(entity.length) + prose.slice(end);
  }
  return prose;
}
