import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PickItem, PickList } from '../../../lib/cli/pick/item.js';
import type { Key, KeyName } from '../../../lib/cli/pick/keys.js';
import { type PickState, press, resize, startPick, tickedOf } from '../../../lib/cli/pick/model.js';
import { FOUR, pickItem } from './scene.js';

const KEYS: readonly KeyName[] = [
  'up',
  'down',
  'page-up',
  'page-down',
  'home',
  'end',
  'tab',
  'shift-tab',
  'insert',
  'enter',
  'escape',
  'backspace',
  'ctrl-a',
  'ctrl-r',
  'ctrl-u',
  'ctrl-w',
];

function pressed(
  list: PickList,
  state: PickState,
  ...keys: readonly (KeyName | { type: string })[]
): PickState {
  return keys.reduce(
    (now, key) =>
      press(list, now, typeof key === 'string' ? { name: key } : { text: key.type, pasted: false }),
    state,
  );
}

test('whatever is pressed, the cursor is in the window, the ticks are counted, and the filter shows what it says', () => {
  const word = fc.constantFrom('a', 'A', 'ab', 'b', 'ä', 'a\u0308', 'Σ', 'ς', '三', '2024', ' ');
  const item = fc
    .record({
      name: fc.array(word, { maxLength: 4 }),
      kind: fc.constantFrom('photo', 'video'),
      size: fc.nat(),
    })
    .map(({ name, ...rest }) => pickItem({ ...rest, name: name.join('') }));
  const step = fc.oneof(
    fc.constantFrom(...KEYS).map((name): Key => ({ name })),
    fc.record({
      text: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('')),
      pasted: fc.boolean(),
    }),
    fc.nat({ max: 8 }),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 30 }), fc.array(step, { maxLength: 30 }), (items, steps) => {
      const list = new PickList(items);
      let state = startPick(list, 5);
      for (const each of steps) {
        const before = state;
        state = typeof each === 'number' ? resize(state, each + 1) : press(list, state, each);
        assertSound(items, state);
        if (before.outcome !== undefined && typeof each !== 'number') assert.deepEqual(state, before);
        if (state.filter !== before.filter) assert.deepEqual(state.ticked.length, items.length);
      }
    }),
  );
});

function assertSound(items: readonly PickItem[], state: PickState): void {
  const ticked = tickedOf(state);
  assert.equal(state.count, ticked.size);
  assert.equal(
    state.bytes,
    [...ticked].reduce((sum, place) => sum + (items[place]?.size ?? 0), 0),
  );
  assert.deepEqual([...state.shown], shownBy(items, state.filter));
  const { cursor, top, rows, shown } = state;
  assert.ok(cursor >= 0 && cursor < Math.max(1, shown.length), `cursor ${cursor} of ${shown.length}`);
  assert.ok(top <= cursor && cursor < top + rows, `row ${cursor} in the window ${top} to ${top + rows}`);
  assert.ok(top === 0 || top + rows <= shown.length, 'no blank rows below while there are files above');
  if (state.outcome === 'picked') assert.ok(state.count > 0);
}

/** By the rule itself, from scratch. */
function shownBy(items: readonly PickItem[], filter: string): number[] {
  const words = filter.normalize('NFC').toLowerCase().split(/\s+/u).filter(Boolean);
  return items.flatMap(({ name, kind, chat }, place) => {
    const fields = ['2024-03-05 18:30', kind, name, chat].map((text) => text.normalize('NFC').toLowerCase());
    return words.every((word) => fields.some((field) => field.includes(word))) ? [place] : [];
  });
}

test('a blank ticks until a filter is typed; Tab ticks always, and moves to the next file', () => {
  const list = new PickList(FOUR);
  const start = startPick(list, 10);
  assert.deepEqual([...tickedOf(pressed(list, start, { type: ' ' }, 'down', { type: ' ' }))], [0, 1]);
  assert.deepEqual([...tickedOf(pressed(list, start, { type: '  ' }))], []);
  const filtered = pressed(list, start, { type: 'sport v' }, 'tab', 'tab');
  assert.deepEqual(
    [filtered.filter, [...filtered.shown], [...tickedOf(filtered)]],
    ['sport v', [1, 3], [1, 3]],
  );
  const pasted = press(list, start, { text: '  sun', pasted: true });
  assert.deepEqual([pasted.filter, pasted.count], ['sun', 0]);
});

test('ticks stay while other files are shown; Ctrl-A ticks what is shown, and unticks it when all of it is; Ctrl-R inverts', () => {
  const list = new PickList(FOUR);
  const sport = pressed(list, startPick(list, 10), 'tab', { type: 'sport' }, 'ctrl-a');
  assert.deepEqual([...tickedOf(sport)], [0, 1, 3]);
  assert.deepEqual([...tickedOf(pressed(list, sport, 'ctrl-a'))], [0]);
  assert.deepEqual([...tickedOf(pressed(list, sport, 'ctrl-u', 'ctrl-r'))], [2]);
});

test('the cursor stays on its file when the filter changes', () => {
  const list = new PickList(FOUR);
  const onVoice = pressed(list, startPick(list, 2), 'end', { type: 'spo' });
  assert.deepEqual([onVoice.cursor, onVoice.shown[onVoice.cursor]], [1, 3]);
  const cleared = pressed(list, onVoice, 'escape');
  assert.deepEqual([cleared.cursor, cleared.top, cleared.filter], [3, 2, '']);
});

test('a mark that changes the letter before it finds names that the letter alone did not', () => {
  const list = new PickList([pickItem({ name: 'casa' }), pickItem({ name: 'm\u00e4h' })]);
  const letter = pressed(list, startPick(list, 10), { type: 'ma' });
  assert.deepEqual([...letter.shown], []);
  assert.deepEqual([...pressed(list, letter, { type: '\u0308' }).shown], [1]);
});

test('Enter needs a tick; Esc clears the filter, then leaves, and asks once more while files are ticked', () => {
  const list = new PickList(FOUR);
  const start = startPick(list, 10);
  assert.deepEqual(
    [pressed(list, start, 'enter').note, pressed(list, start, 'enter').outcome],
    ['nothing-ticked', undefined],
  );
  assert.equal(pressed(list, start, 'tab', 'enter').outcome, 'picked');
  assert.equal(pressed(list, start, { type: 'x' }, 'escape').outcome, undefined);
  assert.equal(pressed(list, start, { type: 'x' }, 'escape', 'escape').outcome, 'left');
  const asked = pressed(list, start, 'tab', 'escape');
  assert.deepEqual([asked.note, asked.outcome], ['leave-again', undefined]);
  assert.equal(pressed(list, asked, 'escape').outcome, 'left');
  assert.equal(pressed(list, asked, 'down', 'escape').outcome, undefined);
  assert.equal(pressed(list, asked, 'ctrl-c').outcome, 'interrupted');
});
