import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { internationalPhone } from '../../lib/base/phone.js';

test('a phone number is accepted in every usual way of writing', () => {
  for (const [text, number] of [
    ['+491701234567', '+491701234567'],
    ['491701234567', '+491701234567'],
    ['00491701234567', '+491701234567'],
    [' 0049 170 / 123 45-67 ', '+491701234567'],
    ['+49 (170) 1234567', '+491701234567'],
    ['+49 (0)170 1234567', '+491701234567'],
    ['0049 (0) 170 1234567', '+491701234567'],
    ['+49\u00a0170\u20131234567', '+491701234567'],
    ['\u202a+1.202.555.0143\u202c', '+12025550143'],
    ['+888 0123 4567', '+88801234567'],
  ] as const) {
    assert.equal(internationalPhone(text), number, text);
  }
});

test('anything that is not an international number is refused', () => {
  for (const text of [
    '',
    '+',
    '00',
    '0170 1234567',
    '000491701234567',
    '+49',
    '+0491701234567',
    '++491701234567',
    '+49170123456789012',
    '+49 170 CALLME',
    '@ada',
    '1e10',
  ]) {
    assert.equal(internationalPhone(text), undefined, text);
  }
});

test('the result is always a plus and 5 to 15 digits, and is accepted again unchanged', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[+0 ()\d-]{0,24}$/));
  fc.assert(
    fc.property(text, (word) => {
      const number = internationalPhone(word);
      if (number === undefined) return;
      assert.match(number, /^\+[1-9]\d{4,14}$/);
      assert.equal(internationalPhone(number), number);
    }),
    { numRuns: 1000 },
  );
});
