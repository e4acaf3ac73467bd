import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvRow } from '../../lib/base/csv.js';

/** Reads a row by the grammar of RFC 4180, section 2; undefined for what isn't one. */
function readRow(row: string): string[] | undefined {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (cell.lastIndex < row.length) {
    const found = cell.exec(row);
    if (!found) return undefined;
    cells.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '\r\n') return cell.lastIndex === row.length ? cells : undefined;
  }
  return undefined;
}

const pieces = fc.constantFrom(
  'a',
  '"',
  ',',
  ';',
  '\r\n',
  '\n',
  '\r',
  '\t',
  ' ',
  '=',
  '+',
  '-',
  '@',
  '😀',
  "'",
);
const text = fc.array(pieces, { maxLength: 6 }).map((all) => all.join(''));

test('a row of CSV is read as what was written, but a formula has an apostrophe before it', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
      const expected = cells.map((each) => (/^[=+\-@\t\r]/.test(each) ? `'${each}` : each));
      assert.deepEqual(readRow(csvRow(cells)), expected);
    }),
  );
});

test('no text of a row is a formula for a spreadsheet, also one that separates cells by semicolons', () => {
  assert.equal(csvRow(['=1+1', '+1', '-1', '@a', '\tb', '\rc']), `'=1+1,'+1,'-1,'@a,"'\tb","'\rc"\r\n`);
  assert.equal(csvRow(['a;=1+1']), '"a;=1+1"\r\n');
});

test('numbers stay numbers, and what is missing is an empty cell', () => {
  assert.equal(
    csvRow([-1_001_234_567_890, -5n, 1.5, true, undefined, null, '']),
    '-1001234567890,-5,1.5,true,,,\r\n',
  );
});
