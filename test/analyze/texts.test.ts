import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emojiIn } from '../../lib/analyze/emoji.js';
import { domainOf } from '../../lib/analyze/links.js';
import { TextCounts } from '../../lib/analyze/texts.js';
import { isTelling } from '../../lib/analyze/words.js';
import { post } from '../support/documents.js';
import { HARD_PIECES } from '../support/hard-texts.js';

function wordsOf(text: string, fields: Parameters<typeof post>[0] = {}): Record<string, number> {
  const counts = new TextCounts();
  counts.add(post({ text, ...fields }));
  return Object.fromEntries(counts.words.top(1000).map(({ key, count }) => [key, count]));
}

test('words are counted in lower case, in any script', () => {
  assert.deepEqual(wordsOf("The THE the, don't DON’T rock'n'roll 'quoted' 2024 3rd x"), {
    ...{ the: 3, "don't": 2, "rock'n'roll": 1, quoted: 1, '3rd': 1, x: 1 },
  });
  assert.deepEqual(wordsOf('Straße Cafe\u0301 café ПРИВЕТ привет ΛΌΓΟΣ λόγος İstanbul'), {
    ...{ straße: 1, café: 2, привет: 2, λόγος: 2, istanbul: 1 },
  });
  assert.deepEqual(wordsOf('我们喜欢猫。猫が好き'), { 我们: 1, 喜欢: 1, 猫: 2, が: 1, 好き: 1 });
  assert.deepEqual(Object.keys(wordsOf('ฉันรักแมว')).join(''), 'ฉันรักแมว');
  assert.deepEqual(wordsOf('कुत्ता कुत्ता قِطَّة'), { कुत्ता: 2, قِطَّة: 1 });
  assert.deepEqual(wordsOf('𠮷野家'), wordsOf('𠮷野家'));
  assert.ok(Object.keys(wordsOf('𠮷野家')).join('').includes('𠮷'), 'a letter beyond the first plane is one');
  assert.deepEqual(wordsOf(`${'a'.repeat(65)} ${'b'.repeat(64)}`), { ['b'.repeat(64)]: 1 });
  assert.deepEqual(wordsOf('1 2 3 !? 😀'), {});
});

test('the words of a text are the ones that Unicode sees in it', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  // Where scripts write blanks, and without what the two see otherwise: full stops and underscores within words.
  const pieces = fc.constantFrom(
    ...'a B é É ß привет ПРИВЕТ قطة कुत्ता ქართული 12 😀 , ; ( ) ! \n'.split(' '),
    ' ',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (all) => {
      const text = all.join('');
      const expected = new Map<string, number>();
      for (const { segment, isWordLike } of segmenter.segment(text)) {
        const word = segment.normalize('NFC').toLowerCase();
        if (isWordLike && /\p{L}/u.test(word)) expected.set(word, (expected.get(word) ?? 0) + 1);
      }
      assert.deepEqual(new Map(Object.entries(wordsOf(text))), expected);
    }),
  );
});

test('addresses, names, commands and code are not counted as words', () => {
  const text = 'see example.org @name /start code end';
  const at = (piece: string) => ({ offset: text.indexOf(piece), length: piece.length });
  const entities = [
    { kind: 'link', ...at('example.org') },
    { kind: 'mention', ...at('@name') },
    { kind: 'bot_command', ...at('/start') },
    { kind: 'code', ...at('code') },
    { kind: 'bold', ...at('end') },
  ] as const;
  assert.deepEqual(wordsOf(text, { entities }), { see: 1, end: 1 });
});

test('the commonest words of languages and single letters say nothing', () => {
  for (const word of ['the', 'und', 'что', 'les', "don't", 'x', 'ж'])
    assert.equal(isTelling(word), false, word);
  for (const word of ['cat', 'katze', 'кот', '猫', 'ok2']) assert.equal(isTelling(word), true, word);
});

test('emoji are what people see as one', () => {
  assert.deepEqual(
    [...emojiIn('a😀 👨‍👩‍👧x 🇺🇦🇩🇪 👍🏽 ❤ ❤\ufe0f 1\ufe0f\u20e3 ☝🏿 ©  ©\ufe0f ↔ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 12 #')],
    ['😀', '👨‍👩‍👧', '🇺🇦', '🇩🇪', '👍🏽', '❤\ufe0f', '❤\ufe0f', '1\u20e3', '☝🏿', '©\ufe0f', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  );
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(...HARD_PIECES, ...'👨 👩 👧 🏽 🇺 🇦 🙏 ☝ 🐈‍⬛ 🏴‍☠'.split(' '), '\u200d', '\ufe0f'),
        {
          maxLength: 12,
        },
      ),
      (pieces) => {
        const text = pieces.join('');
        const seen = [...graphemes.segment(text)]
          .map(({ segment }) => segment)
          .filter((segment) => /^\p{Extended_Pictographic}|^\p{Regional_Indicator}{2}$/u.test(segment))
          .map((segment) => segment.replaceAll('\ufe0f', ''));
        const found = [...emojiIn(text)].map((each) => each.replaceAll('\ufe0f', ''));
        assert.deepEqual(found, seen, JSON.stringify(text));
      },
    ),
  );
});

test('links, their domains, emoji of one’s own and reactions are counted', () => {
  const counts = new TextCounts();
  const text = 'https://www.Example.org/a 😀 there mail';
  counts.add(
    post({
      text,
      entities: [
        { kind: 'link', offset: 0, length: 25 },
        { kind: 'custom_emoji', offset: 26, length: 2, emoji: '77' },
        { kind: 'text_link', offset: 29, length: 5, url: 'http://example.org:8080/b' },
        { kind: 'text_link', offset: 35, length: 4, url: 'tg://user?id=1' },
      ],
    }),
  );
  assert.deepEqual(
    counts.domains.top(9).map(({ key, count }) => [key, count]),
    [['example.org', 2]],
  );
  assert.deepEqual(
    counts.links.top(9).map(({ key }) => key),
    ['http://example.org:8080/b', 'https://www.Example.org/a'],
  );
  assert.equal(counts.emoji.total, 0);
  assert.deepEqual(
    counts.customEmoji.top(9).map(({ key, extra }) => [key, extra.shown]),
    [['77', '😀']],
  );
  const reactions = [
    { reaction: { kind: 'emoji', emoji: '❤' }, count: 3 },
    { reaction: { kind: 'custom_emoji', emoji: '5' }, count: 2 },
    { reaction: { kind: 'paid' }, count: 1 },
  ] as const;
  assert.equal(counts.addReactions({ reactions: { counts: reactions } }), 6);
  assert.deepEqual(
    counts.reactions.top(9).map(({ key, count }) => [key, count]),
    [
      ['❤\ufe0f', 3],
      ['custom 5', 2],
      ['⭐ paid', 1],
    ],
  );
  for (const [link, domain] of [
    ['t.me/x', 't.me'],
    ['HTTPS://user@Host.Org.:443?x', 'host.org'],
    ['ftp://a.b', undefined],
    ['mailto:a@b.c', undefined],
    ['localhost', undefined],
  ] as const)
    assert.equal(domainOf(link), domain, link);
});
