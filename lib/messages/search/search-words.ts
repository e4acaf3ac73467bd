import { UsageError } from '../../base/errors.js';
import { folded } from './folded.js';

/** What all must occur in a message for it to be found: each as `folded` writes it. */
export type SearchWords = readonly [string, ...string[]];

/** In UTF-16 units. */
const LONGEST = 256;

/**
 * Reads the words of a search. Each argument is one text to find, its blanks included; quotes around all of it, which a shell has
 * left there, are not part of it.
 * @throws UsageError NO_WORDS, BAD_WORDS
 */
export function readSearchWords(words: readonly string[]): SearchWords {
  const read = words.map((word) => folded(unquoted(word)));
  const [first, ...others] = [...new Set(read)];
  if (first === undefined) {
    throw new UsageError(
      'NO_WORDS',
      'Say what to search for: telepi search WORD …, with quotes around several words that belong together.',
    );
  }
  for (const word of read) {
    if (word.trim() === '')
      throw bad('One of the words is empty, and would find every message: leave it out');
    if (word.length > LONGEST) {
      const start = JSON.stringify(`${[...word].slice(0, SHOWN).join('')}…`);
      throw bad(`${start} is longer than ${LONGEST} characters: a part of it is enough`);
    }
  }
  return [first, ...others];
}

const SHOWN = 40;

function unquoted(word: string): string {
  return /^"(.+)"$/s.exec(word)?.[1] ?? word;
}

function bad(sentence: string): UsageError {
  return new UsageError('BAD_WORDS', `${sentence}.`);
}

/** Whether each word occurs in one of the texts. This alone decides what is found, whatever a database says. */
export function findsWords(words: SearchWords, texts: readonly string[]): boolean {
  const within = texts.map(folded);
  return words.every((word) => within.some((text) => text.includes(word)));
}

/** Where a word begins in a text that it is found in, in UTF-16 units; undefined when it isn't there. */
export function placeOfWord(word: string, text: string): number | undefined {
  let all = '';
  const starts: { readonly folded: number; readonly own: number }[] = [];
  for (const { 0: cluster, index } of text.matchAll(CLUSTERS)) {
    starts.push({ folded: all.length, own: index });
    all += folded(cluster);
  }
  const found = all.indexOf(word);
  if (found < 0) return undefined;
  return starts.findLast((start) => start.folded <= found)?.own;
}

/** What may become one character: a base with its marks, syllables of Hangul, or a run of white space. */
const CLUSTERS = /\s+|[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uac00-\ud7a3]+|[\s\S]\p{M}*/gu;
