import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folded, UNSEEN_RANGES } from '../../../lib/messages/search/folded.js';
import { spellingsOf } from '../../../lib/messages/search/spellings.js';
import { EQUAL_TEXTS } from '../../support/hard-texts.js';

/** Texts of which the first is not within the second. */
const APART: readonly (readonly [string, string])[] = [
  ['cafe', 'café'],
  ['cafe', 'cafe\u0301'],
  ['n', 'ñ'],
  ['ab', 'a b'],
  ['か', 'が'],
];

test('texts that differ in case, composition, unseen characters or white space are one to a search', () => {
  for (const [first = '', ...others] of EQUAL_TEXTS)
    for (const other of others) assert.equal(folded(other), folded(first), `${other} and ${first}`);
});

test('an accent is part of its letter, and a blank is not nothing', () => {
  for (const [word, text] of APART) assert.ok(!folded(text).includes(folded(word)), `${word} in ${text}`);
});

test('what was folded stays as it is', () => {
  for (const text of EQUAL_TEXTS.flat()) assert.equal(folded(folded(text)), folded(text), text);
});

test('the spellings name every character of Unicode that is folded', () => {
  const changed: { readonly of: string; readonly to: string }[] = [];
  for (let code = 1; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const of = String.fromCodePoint(code);
    const to = folded(of);
    if (to !== of && to !== '' && to !== ' ') changed.push({ of, to });
  }
  assert.ok(changed.length > 2500, `only ${changed.length} characters are folded`);
  const spellings = spellingsOf(changed.map(({ to }) => to));
  const missing = changed.filter(({ of, to }, index) => {
    const { places = [], odd = '' } = spellings[index] ?? {};
    const [place] = places;
    return [...to].length > 1 ? !odd.includes(of) : place === 'blank' || !place?.includes(of);
  });
  assert.deepEqual(missing, []);
});

test('what the odd characters and spellings are put into takes none of them for a sign of its own', () => {
  assert.doesNotMatch(UNSEEN_RANGES.replaceAll('-', ''), /[!-~]/);
  for (const { places, odd } of spellingsOf(['the quick brown fox jumps over the lazy dog ; ` 1 ] ^'])) {
    assert.doesNotMatch(odd.replaceAll(/(?<=.)-(?=.)/gu, ''), /[!-~]/);
    for (const place of places)
      if (place.length > 1 && place !== 'blank') assert.doesNotMatch(place.join(''), /[\]^\\-]/);
  }
});
