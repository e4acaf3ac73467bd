import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BarsView, renderBars } from '../../../lib/cli/progress/bars.js';
import type { FileTally, RunTally } from '../../../lib/cli/progress/tally.js';
import { widthOf } from '../../../lib/cli/width.js';

const MIB = 1024 * 1024;
const now = new Date(2026, 10, 21, 13, 0, 0).getTime();

const run: RunTally = {
  total: 200,
  sent: 45,
  skipped: 4,
  failed: 1,
  done: 50,
  files: [],
  messagesPerMinute: 41.2,
  bytesPerSecond: 12_300_000,
  heldBytes: 48_000_000,
  wait: undefined,
  endsAt: now + 3_725_000,
};

const video: FileTally = {
  sourceId: 7,
  name: 'holiday.mp4',
  size: 200 * MIB,
  bytesBefore: 0,
  bytesDown: 120 * MIB,
  bytesUp: 90 * MIB,
  heldBytes: 30 * MIB,
  bytesPerSecond: 9_000_000,
};

function view(tally: Partial<RunTally>, more: Partial<BarsView> = {}): BarsView {
  const usage = { memoryBytes: 212_340_000, cpuPercent: 37.4 };
  return {
    tally: { ...run, ...tally },
    usage,
    bufferBytes: 500_000_000,
    now,
    columns: 130,
    rows: 24,
    ...more,
  };
}

test('a frame shows the files, the whole run, the machine and the wait', () => {
  const wait = { method: 'messages.SendMedia', reason: 'FLOOD_WAIT_23', until: now + 18_000 };
  assert.deepEqual(renderBars(view({ files: [video], wait })), [
    '[##############----------------]  45 % of 200.0 MiB, 9.0 MB/s holiday.mp4',
    '[########----------------------] 50 of 200 messages, ends 14:02:05, in 1 h 2 min, 1 failed, 4 skipped, 41.2 msg/min, 12.3 MB/s',
    'holding 48 MB of 500 MB for files, memory 212.3 MB, CPU 37 %',
    'waiting for messages.SendMedia (FLOOD_WAIT_23) until 13:00:18, 18 s more',
  ]);
});

test('progress, end and wait are shown in full at 80 and at 40 columns', () => {
  const wait = { method: 'messages.sendMultiMedia', reason: 'FLOOD_WAIT_23', until: now + 18_000 };
  assert.deepEqual(renderBars(view({ files: [video], wait }, { columns: 79 })), [
    '[##########-------------]  45 % of 200.0 MiB, 9.0 MB/s holiday.mp4',
    '50 of 200 messages, ends 14:02:05, in 1 h 2 min, 1 failed, 4 skipped,',
    '41.2 msg/min, 12.3 MB/s, holding 48 MB of 500 MB for files, memory 212.3 MB,',
    'CPU 37 %',
    'waiting for messages.sendMultiMedia (FLOOD_WAIT_23) until 13:00:18, 18 s more',
  ]);
  assert.deepEqual(renderBars(view({ files: [video], wait }, { columns: 39 })), [
    ' 45 % of 200.0 MiB, 9.0 MB/s holiday.mp4'.slice(0, 38).concat('…'),
    '50 of 200 messages, ends 14:02:05,',
    'in 1 h 2 min, 1 failed, 4 skipped,',
    '41.2 msg/min, 12.3 MB/s,',
    'holding 48 MB of 500 MB for files,',
    'memory 212.3 MB, CPU 37 %',
    'waiting until 13:00:18, 18 s more,',
    'messages.sendMultiMedia (FLOOD_WAIT_23)',
  ]);
  for (const rows of [2, 3, 4]) {
    const lines = renderBars(view({ files: [video, video], wait }, { columns: 39, rows }));
    assert.ok(lines.length < rows, `${lines.length} lines on ${rows} rows`);
    assert.equal(lines[0], '50 of 200 messages, ends 14:02:05,');
  }
});

test('no line is wider than the terminal, whatever the names and numbers are', () => {
  const figure = fc.record({
    name: fc.string({ unit: 'grapheme' }),
    size: fc.nat(2 ** 31 - 1),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    bytesPerSecond: fc.double({ min: 0, max: 1e10, noNaN: true }),
    done: fc.nat(1_000_000),
    total: fc.option(fc.nat(2_000_000), { nil: undefined }),
    columns: fc.integer({ min: 1, max: 250 }),
    rows: fc.integer({ min: 1, max: 60 }),
    files: fc.nat(20),
  });
  fc.assert(
    fc.property(figure, ({ name, size, share, columns, rows, files, ...figures }) => {
      const one = { ...video, name, size, bytesUp: Math.floor(size * share) };
      const frame = { ...figures, files: Array.from({ length: files }, () => one) };
      const lines = renderBars(view(frame, { columns, rows }));
      for (const line of lines) {
        assert.ok(widthOf(line) <= columns, JSON.stringify(line));
        assert.doesNotMatch(line, /\p{Cc}/u);
      }
      assert.ok(lines.length <= Math.max(rows - 1, 1), `${lines.length} lines in ${rows} rows`);
      assert.match(lines.join(' '), /\d+ (?:of \d+ )?m|…/);
    }),
  );
});

test('terminal commands in a name have no effect', () => {
  const name = '\u001b[2J\u001b]0;x\u0007evil.mp4';
  const [line] = renderBars(view({ files: [{ ...video, name }] }));
  assert.match(line ?? '', /\[2J\]0;xevil\.mp4$/);
});
