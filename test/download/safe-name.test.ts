import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MOST_NAME_BYTES, numberedName, safeName, splitEnding } from '../../lib/download/safe-name.js';

const fallback = 'file';

test('a name becomes one that every file system accepts', () => {
  const table: readonly (readonly [string, string])[] = [
    ['Bericht.pdf', 'Bericht.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..', fallback],
    ['.', fallback],
    ['', fallback],
    ['\u0000\u001b[31m.txt', '[31m.txt'],
    ['C:\\Windows\\x.dll', 'C__Windows_x.dll'],
    ['what? "no" <b>|*.html', 'what_ _no_ _b___.html'],
    ['.bashrc', 'bashrc'],
    ['name. . .', 'name'],
    ['photo_\u202egnp.exe', 'photo_gnp.exe'],
    ['a\u200bb\ufeffc.txt', 'abc.txt'],
    ['Cafe\u0301.txt', 'Caf\u00e9.txt'],
    // What stood between a letter and its accent is gone before they are joined.
    ['Cafe\u200e\u0301.txt', 'Caf\u00e9.txt'],
    ['con', '_con'],
    ['Nul.txt', '_Nul.txt'],
    ['COM1.tar.gz', '_COM1.tar.gz'],
    ['lpt¹ .x', '_lpt¹ .x'],
    ['console.log', 'console.log'],
    ['line\nbreak\ttab.txt', 'linebreaktab.txt'],
    ['many     spaces', 'many spaces'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
    ['half \ud83d pair', 'half pair'],
  ];
  for (const [given, expected] of table)
    assert.equal(safeName(given, { fallback }), expected, JSON.stringify(given));
});

test('a name that is too long is cut between characters, and keeps its ending', () => {
  assert.equal(safeName(`${'a'.repeat(300)}.mp4`, { fallback }), `${'a'.repeat(139)}.mp4`);
  const family = safeName(`${'👩‍👩‍👧'.repeat(40)}.jpeg`, { fallback });
  assert.equal(family, `${'👩‍👩‍👧'.repeat(7)}.jpeg`);
  assert.equal(safeName('ab cd.txt', { fallback, mostBytes: 7 }), 'ab.txt');
  assert.deepEqual(splitEnding('archive.tar.gz'), ['archive.tar', '.gz']);
  assert.deepEqual(splitEnding('Version 2. A new beginning'), ['Version 2. A new beginning', '']);
  assert.equal(numberedName('report.pdf', 2), 'report (2).pdf');
  assert.equal(Buffer.byteLength(numberedName(`${'é'.repeat(100)}.pdf`, 12)), 143);
});

const wicked = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '../',
      '..\\',
      '\u202e',
      '\u0000',
      'CON',
      '.',
      ' ',
      '\ud800',
      'e\u0301',
      '👩‍👩‍👧',
      'x'.repeat(90),
      '.mp4',
    ),
  ),
  { maxLength: 12 },
);

test('whatever a name is made of, the result is safe, stable, and keeps its ending', () => {
  fc.assert(
    fc.property(wicked, fc.integer({ min: 40, max: MOST_NAME_BYTES }), (pieces, mostBytes) => {
      const name = safeName(pieces.join(''), { fallback, mostBytes });
      assert.ok(name.length > 0 && Buffer.byteLength(name) <= mostBytes);
      assert.equal(name, name.normalize('NFC'));
      assert.doesNotMatch(name, /\p{Cs}/u);
      assert.doesNotMatch(name, /[/\\:*?"<>|\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      assert.doesNotMatch(name, /^[.\s]|[.\s]$/u);
      assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      assert.equal(safeName(name, { fallback, mostBytes }), name);
      const numbered = numberedName(name, 17, mostBytes);
      assert.ok(Buffer.byteLength(numbered) <= mostBytes);
      assert.equal(splitEnding(numbered)[1], splitEnding(name)[1]);
    }),
  );
});
