import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Key, KeyReader } from '../../../lib/cli/pick/keys.js';

const ESC = '\u001b';

/** What the keys of common terminals send. */
const SENT: readonly (readonly [sent: string, name: string])[] = [
  [`${ESC}[A`, 'up'],
  [`${ESC}OA`, 'up'],
  [`${ESC}[1;5B`, 'down'],
  [`${ESC}[5~`, 'page-up'],
  [`${ESC}[6;2~`, 'page-down'],
  [`${ESC}[H`, 'home'],
  [`${ESC}OH`, 'home'],
  [`${ESC}[1~`, 'home'],
  [`${ESC}[7~`, 'home'],
  [`${ESC}[4~`, 'end'],
  [`${ESC}[F`, 'end'],
  [`${ESC}[Z`, 'shift-tab'],
  [`${ESC}[2~`, 'insert'],
  [`${ESC}OM`, 'enter'],
  ['\t', 'tab'],
  ['\r', 'enter'],
  ['\u007f', 'backspace'],
  ['\b', 'backspace'],
  ['\u0001', 'ctrl-a'],
  ['\u0012', 'ctrl-r'],
  ['\u0003', 'ctrl-c'],
];

/** Keys that mean nothing, the mouse, a window's report of its focus, an answer of the terminal, F1 of the Linux console. */
const IGNORED = [
  `${ESC}[3~`,
  `${ESC}[C`,
  `${ESC}[<0;12;3M`,
  `${ESC}[I`,
  `${ESC}[?1;2c`,
  `${ESC}[[A`,
  '\u0000',
  '\u001c',
];

test('the keys of common terminals are read, alone and after each other', () => {
  for (const [sent, name] of SENT)
    assert.deepEqual(new KeyReader().read(sent), [{ name }], JSON.stringify(sent));
  const all = new KeyReader().read(SENT.map(([sent]) => sent).join(''));
  assert.deepEqual(
    all,
    SENT.map(([, name]) => ({ name })),
  );
});

test('Esc is a key when nothing follows, and in front of another key', () => {
  const reader = new KeyReader();
  assert.deepEqual(reader.read(ESC), []);
  assert.ok(reader.waiting);
  assert.deepEqual(reader.settle(), [{ name: 'escape' }]);
  assert.deepEqual(new KeyReader().read(`${ESC}x`), [{ name: 'escape' }, { text: 'x', pasted: false }]);
  assert.deepEqual(new KeyReader().read(`${ESC}${ESC}[A`), [{ name: 'escape' }, { name: 'up' }]);
  assert.deepEqual(new KeyReader().read('a\u009bb'), [
    { text: 'a', pasted: false },
    { text: 'b', pasted: false },
  ]);
});

test('a paste is one text, whatever it holds, and never Enter', () => {
  const pasted = new KeyReader().read(`a${ESC}[200~b\r\nc${ESC}[A\u0003${ESC}[201~\r`);
  assert.deepEqual(pasted, [
    { text: 'a', pasted: false },
    { text: 'b c [A ', pasted: true },
    { name: 'enter' },
  ]);
  const endless = new KeyReader();
  endless.read(`${ESC}[200~${'x'.repeat(5000)}`);
  const [long] = endless.read(`${'y'.repeat(5000)}${ESC}[201~`);
  assert.ok(long && 'text' in long && long.text.length === 1000);
});

test('whatever is sent, in whatever pieces, the same keys are read, and no text has control characters', () => {
  const piece = fc.oneof(
    fc.constantFrom(...SENT.map(([sent]) => sent), ...IGNORED, `${ESC}[200~`, `${ESC}[201~`),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.string({ unit: 'binary-ascii', maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (pieces, lengths) => {
      const sent = pieces.join('');
      const whole = new KeyReader();
      const inPieces = new KeyReader();
      const keys: Key[] = [];
      for (let at = 0; at < sent.length; ) {
        const length = lengths.next().value ?? 1;
        keys.push(...inPieces.read(sent.slice(at, at + length)));
        at += length;
      }
      const expected = joined([...whole.read(sent), ...whole.settle()]);
      assert.deepEqual(joined([...keys, ...inPieces.settle()]), expected);
      for (const key of expected) if ('text' in key) assert.doesNotMatch(key.text, /\p{Cc}/u);
    }),
  );
});

test('sequences that mean nothing here leave no text', () => {
  for (const sent of IGNORED) assert.deepEqual(new KeyReader().read(sent), [], JSON.stringify(sent));
});

/** Typed text that arrives in pieces counts as one. */
function joined(keys: readonly Key[]): Key[] {
  const all: Key[] = [];
  for (const key of keys) {
    const last = all.at(-1);
    if (last && 'text' in last && 'text' in key && !last.pasted && !key.pasted) {
      all[all.length - 1] = { text: last.text + key.text, pasted: false };
    } else all.push(key);
  }
  return all;
}
