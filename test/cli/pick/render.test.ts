import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PickList } from '../../../lib/cli/pick/item.js';
import { press, startPick } from '../../../lib/cli/pick/model.js';
import { listRows, renderPick } from '../../../lib/cli/pick/render.js';
import { widthOf } from '../../../lib/cli/width.js';
import { nastyText, seedFuzz, UNSAFE_OUTPUT } from '../../fuzz/seed.js';
import { FOUR, pickItem } from './scene.js';

const seed = seedFuzz();

/** A frame in which the first file is ticked and the cursor is on the second, after `typed`. */
function frame(columns: number, rows: number, typed = '', items = FOUR, color = false): readonly string[] {
  const list = new PickList(items);
  let state = press(list, startPick(list, listRows(rows)), { name: 'tab' });
  if (typed !== '') state = press(list, state, { text: typed, pasted: false });
  return renderPick(list, state, { columns, rows, color }).map((line) => line.trimEnd());
}

test('a wide window shows date, kind, size, name and chat of each file, and what is there already', () => {
  assert.deepEqual(frame(110, 8), [
    'Type to filter: _',
    ' [x] 2024-03-05 18:30 photo  337.6 KiB       sunset.jpg                                   News',
    '>[ ] 2024-03-05 18:30 video    1.1 GiB       Übung 三.mp4                                 Sport',
    ' [ ] 2024-03-05 18:30 file   976.6 KiB there report.pdf                                   News',
    ' [ ] 2024-03-05 18:30 voice      999 B       voice.ogg                                    Sport',
    'Ticked 1 of 4 files: 337.6 KiB of 1.2 GiB',
    'Space/Tab tick | Enter downloads | Esc leaves | Ctrl-A all shown | Ctrl-R invert | PgUp/PgDn Home/End move',
  ]);
});

test('a filter shows what it finds, and which keys mean something else now', () => {
  assert.deepEqual(frame(79, 8, 'spo'), [
    'Filter: spo_                                                             2 of 4',
    '>[ ] 2024-03-05 18:30 video    1.1 GiB       Übung 三.mp4',
    ' [ ] 2024-03-05 18:30 voice      999 B       voice.ogg',
    'Ticked 1 of 4 files: 337.6 KiB of 1.2 GiB',
    'Tab ticks | Enter downloads | Esc clears | Ctrl-A all shown | Ctrl-R invert',
  ]);
  assert.deepEqual(frame(79, 8, 'nothing like it')[1], 'Nothing matches the filter: Esc clears it.');
});

test('a window of 20 columns and 5 rows shows size and name, the totals and the keys', () => {
  assert.deepEqual(frame(19, 5), [
    '/_',
    ' [x]  338K   sunse…',
    '>[ ]  1.1G   Übung…',
    '1/4 338K/1.2G',
    'Tab tick | Enter ok',
  ]);
  assert.deepEqual(frame(19, 5, 'a filter that is much too long')[0], '/…is much too long_');
});

test('without colours nothing is emphasised, and with them the same is said', () => {
  const plain = frame(79, 8);
  assert.ok(!plain.join('').includes('\u001b'));
  const bright = frame(79, 8, '', FOUR, true);
  assert.ok(bright.join('').includes('\u001b[7m'));
  const sgr = new RegExp(['\u001b', '\\[\\d+m'].join(''), 'g');
  assert.deepEqual(
    bright.map((line) => line.replace(sgr, '').trimEnd()),
    plain,
  );
});

test('whatever names hold and however small the window is, lines fit, and nothing reaches the terminal that it would obey', () => {
  const item = fc
    .record({
      name: nastyText(),
      chat: nastyText(),
      kind: fc.constantFrom('photo', 'custom_emoji'),
      there: fc.boolean(),
    })
    .map(pickItem);
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 20 }),
      nastyText(),
      fc.integer({ min: 1, max: 140 }),
      fc.integer({ min: 1, max: 12 }),
      (items, typed, columns, rows) => {
        const lines = frame(columns, rows, typed, items);
        assert.ok(lines.length <= rows, `${lines.length} lines on ${rows} rows`);
        for (const line of lines) {
          assert.doesNotMatch(line, UNSAFE_OUTPUT, JSON.stringify(line));
          assert.ok(widthOf(line) <= columns, `${widthOf(line)} of ${columns}: ${JSON.stringify(line)}`);
        }
      },
    ),
    { seed, numRuns: 50 },
  );
});
