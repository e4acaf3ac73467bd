import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  groupNote,
  historyLine,
  safeName,
  safeText,
  withoutGuards,
} from '../../lib/erase/as-import/history-text.js';
import { ImportNames } from '../../lib/erase/as-import/import-names.js';
import { readHead, readHistory } from '../../lib/sandbox/text/history-file.js';

const at = (iso: string): number => Date.parse(iso) / 1000;

/** Pieces out of which texts are made that a reader of histories could misread. */
const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    '\u2028',
    '\u200e',
    '\u202b',
    '31/12/2020, 23:59:01 - Zoë: ',
    '1/2/21, 3:04 - Bob: ',
    '\u200f[31.12.20, 23:59] Zoë: ',
    '٣١/١٢/٢٠٢٠, ',
    '<attached: a.jpg>',
    'a.jpg (file attached)',
    ' created group "X"',
    ': ',
    ' - ',
    'שלום',
    'مرحبا',
    '👩‍👩‍👧',
    '#tag',
    '\t',
    '  ',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
const name = fc.oneof(
  fc.constantFrom('Zoë', 'a: b', 'x:', ':', '  ', '', 'Line\nbreak', '\u202eevil', '31/12/2020, 10:00 - Bob'),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const date = fc.integer({ min: at('2013-08-14T00:00:00Z'), max: at('2037-12-31T00:00:00Z') });

/** As Telegram keeps it. */
const kept = (value: string): string =>
  withoutGuards(
    Buffer.from(value.trim().replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd')).toString(),
  ).trim();

test('whatever people write comes back as the same messages, in the same order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ date, author: fc.nat(5), name, text }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: -14, max: 14 }),
      (messages, hours) => {
        const names = new ImportNames();
        const offset = hours * 3600;
        const lines = messages
          .filter((message) => kept(message.text) !== '')
          .map((message) => ({
            date: message.date,
            name: names.of(message.author, { name: message.name }),
            said: { text: message.text },
          }));
        const [first] = lines;
        if (!first) return;
        const earliest = lines.reduce((one, other) => (other.date < one.date ? other : one), first);
        const note = groupNote({ ...earliest, title: 'A "b"\n:c' }, offset);
        const file = Buffer.from(note + lines.map((line) => historyLine(line, offset)).join('')).toString();
        const read = readHistory(file);
        assert.ok(typeof read !== 'string', String(read));
        assert.equal(readHead(file)?.of, 'group');
        assert.deepEqual(
          read.map((line) => ({ ...line, text: kept(line.text) })),
          lines.map((line) => ({
            date: line.date + offset,
            name: Buffer.from(line.name).toString(),
            text: kept(line.said.text),
          })),
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('a file stands alone in its line; a text that looks like one does not', () => {
  const line = { date: at('2020-12-31T23:59:01Z'), name: 'Zoë' };
  assert.equal(
    historyLine({ ...line, said: { file: 'a.jpg' } }, 0),
    '31/12/2020, 23:59:01 - Zoë: <attached: a.jpg>\n',
  );
  assert.equal(safeText('<attached: a.jpg>'), '<\u2060attached: a.jpg>');
  assert.equal(safeText('<\u200eattached: a.jpg>'), '<\u2060\u200eattached: a.jpg>');
  assert.equal(safeText('a.jpg (file attached)'), 'a.jpg (\u2060file attached)');
  assert.equal(
    safeText('1/2/2021, 10:00 - Bob: hi'),
    '1/2/2021, 10:00 - Bob: hi',
    'the name stands in front of it',
  );
  assert.equal(safeText('x\n1/2/2021, 10:00 - Bob: hi'), 'x\n\u20601/2/2021, 10:00 - Bob: hi');
});

test('the wall clock is ahead of UTC by as much as asked for', () => {
  const line = { date: at('2020-12-31T22:00:00Z'), name: 'Zoë', said: { text: 'x' } };
  assert.equal(historyLine(line, 3.5 * 3600), '01/01/2021, 01:30:00 - Zoë: x\n');
  assert.equal(historyLine(line, -3600), '31/12/2020, 21:00:00 - Zoë: x\n');
});

test("a group's note is not later than its first message, and its day can't be a month", () => {
  const note = (iso: string) => groupNote({ date: at(iso), name: 'Zoë', title: 'Hikes: "all"' }, 0);
  assert.equal(note('2021-03-05T10:00:00Z'), '28/02/2021, 10:00:00 - Zoë created group "Hikes∶ \'all\'"\n');
  assert.equal(note('2021-03-13T10:00:00Z'), '13/03/2021, 10:00:00 - Zoë created group "Hikes∶ \'all\'"\n');
});

test('a name is one line without a colon, and nobody else has it', () => {
  assert.equal(safeName(' a: b\n\tc '), 'a∶ b c');
  const names = new ImportNames();
  assert.equal(names.of(1, { name: 'Ann' }), 'Ann');
  assert.equal(names.of(2, { name: 'Ann', username: 'ann2' }), 'Ann (@ann2)');
  assert.equal(names.of(3, { name: 'Ann' }), 'Ann (3)');
  assert.equal(names.of(4), 'User 4');
  assert.equal(names.of(undefined), 'Somebody');
  assert.equal(names.of(2), 'Ann (@ann2)');
});
