import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import { findsWords, placeOfWord, readSearchWords } from '../../../lib/messages/search/search-words.js';

test('each argument is one text to find; quotes that a shell has left around it are none of it', () => {
  assert.deepEqual(readSearchWords(['Red', 'blue  FOX', '"in quotes"', 'red']), [
    'red',
    'blue fox',
    'in quotes',
  ]);
  assert.deepEqual(readSearchWords(['"']), ['"']);
});

test('no words, empty ones and overlong ones are refused', () => {
  const refused = (words: readonly string[], code: string, sentence: RegExp): void => {
    assert.throws(
      () => readSearchWords(words),
      (error) => error instanceof UsageError && error.code === code && sentence.test(error.message),
    );
  };
  refused([], 'NO_WORDS', /^Say what to search for/);
  for (const word of ['', ' ', '\u200b', '""']) {
    if (word === '""') assert.deepEqual(readSearchWords([word]), ['""']);
    else refused(['fine', word], 'BAD_WORDS', /empty/);
  }
  refused(['x'.repeat(300)], 'BAD_WORDS', /^"x{40}…" is longer than 256 characters/);
});

test('all words must occur, each in one of the texts', () => {
  const texts = ['The quick\nbrown fox', 'Report 2024.PDF'];
  const finds = (...words: string[]): boolean => findsWords(readSearchWords(words), texts);
  assert.ok(finds('ROWN F', 'pdf'));
  assert.ok(finds('quick brown'));
  assert.ok(!finds('fox report'));
  assert.ok(!finds('fox', 'cat'));
});

test('the place of a word is where it begins in the text as it is written', () => {
  const place = (word: string, text: string): number | undefined =>
    placeOfWord(readSearchWords([word])[0], text);
  assert.equal(place('fox', 'a  fox'), 3);
  assert.equal(place('gasse', 'Große GASSE'), 6);
  assert.equal(place('e', '👨‍👩‍👧 e\u0301 e'), 12);
  assert.equal(place('각', 'x\u1100\u1161\u11a8'), 1);
  assert.equal(place('cat', 'dog'), undefined);
});
