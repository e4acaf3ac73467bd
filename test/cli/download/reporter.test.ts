import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { downloadReporter } from '../../../lib/cli/download/reporter.js';
import { tellDownload } from '../../../lib/cli/download/summary.js';
import type { ShownEvent } from '../../../lib/cli/download/tally.js';
import { Output } from '../../../lib/cli/output.js';
import { Redactor } from '../../../lib/cli/redactor.js';
import type { DownloadSummary, PlannedFile } from '../../../lib/download/events.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTerminal } from '../../support/fake-terminal.js';
import { recordsOf } from '../../support/scene.js';

const MB = 1_000_000;
const usual = {
  bufferBytes: 500 * MB,
  terminalName: 'xterm',
  host: 'here',
  pathOf: (relative: string) => `/out/${relative}`,
};

function planned(messageId: number, name: string, size = 10 * MB): PlannedFile {
  const path = `20240305_120000_${messageId}_${name}`;
  return { chatId: -100, chatTitle: 'Chat', messageId, index: 0, kind: 'file', name, size, date: 0, path };
}

function* moved(file: number, plan: PlannedFile, steps: number, from = 0): Generator<ShownEvent> {
  yield { kind: 'started', file, planned: plan, bytesBefore: from };
  for (let step = 1; step <= steps; step += 1) {
    const bytes = from + (step * (plan.size - from)) / steps;
    const { name, size } = plan;
    const rest = { partsInFlight: 0, heldBytes: 0, bytesPerSecond: MB };
    yield {
      kind: 'progress',
      file,
      progress: { name, size, bytesBefore: from, bytesDown: bytes, bytesUp: bytes, ...rest },
    };
  }
}

const first = planned(7, 'a\u001b[2J.bin');
const second = planned(8, 'b.bin');
const third = planned(9, 'c.bin', 5 * MB);

function* events(): Generator<ShownEvent> {
  yield { kind: 'chat', chatId: -100, title: 'Chat' };
  yield { kind: 'scanned', messages: 50, files: 2, bytes: 20 * MB, complete: false };
  yield { kind: 'scanned', messages: 80, files: 4, bytes: 30 * MB, complete: true };
  yield* moved(1, first, 100);
  yield { kind: 'done', file: 1, path: '/out/a.bin', bytes: 10 * MB, how: 'downloaded' };
  yield* moved(2, second, 1, 6 * MB);
  yield { kind: 'retry', file: 2, attempt: 1, of: 3, error: 'the connection was lost', waitMs: 2000 };
  yield { kind: 'failed', file: 2, planned: second, code: 'FILE_NOT_WRITTEN', error: 'the disk is full' };
  yield { kind: 'busy', planned: third };
  yield { kind: 'skipped', planned: third, path: '/there/c.bin', host: 'other' };
  yield { kind: 'skipped', planned: third, path: '/out/before/c.bin', host: 'here' };
  yield { kind: 'skipped', planned: third, path: `/out/${third.path}`, host: 'here' };
}

async function shownOn(json: boolean): Promise<string> {
  const stdout = new PassThrough();
  const output = new Output({ stdout, stderr: new PassThrough() }, json, new Redactor());
  const reporter = await downloadReporter(output, { clock: new FakeClock(), ...usual });
  for (const event of events()) reporter.show(event);
  await reporter.close();
  output.close();
  return String(stdout.read() ?? '');
}

test('without a terminal each file has a line at 0, 25, 50, 75 and 100 %, each failure one of its own, and each skip but of a file where it belongs', async () => {
  assert.deepEqual((await shownOn(false)).trimEnd().split('\n'), [
    'Reading "Chat" (-100).',
    '80 messages read, 4 files with 28.6 MiB found',
    '[1] 0 % of 9.5 MiB, a[2J.bin',
    '[1] 25 % of 9.5 MiB, 1.0 MB/s, a[2J.bin',
    '[1] 50 % of 9.5 MiB, 1.0 MB/s, a[2J.bin',
    '[1] 75 % of 9.5 MiB, 1.0 MB/s, a[2J.bin',
    '[1] 100 %, a[2J.bin: saved as /out/a.bin (9.5 MiB)',
    '[2] 60 % of 9.5 MiB, b.bin',
    '[2] attempt 1 of 3 failed (the connection was lost), the next one begins in 2 s: b.bin',
    'b.bin (message 8) failed: the disk is full',
    'c.bin (message 9) is being downloaded by another process: it is looked at again at the end',
    'c.bin (message 9) skipped: already at /there/c.bin on other',
    'c.bin (message 9) skipped: already at /out/before/c.bin',
  ]);
});

test('with --json each event is an object, of the progress every quarter', async () => {
  const records = recordsOf(await shownOn(true));
  assert.deepEqual(
    records.map(({ event, file, bytes }) => [event, file, bytes].filter((part) => part !== undefined)),
    [
      ['chat'],
      ['scanned', 30 * MB],
      ['started', 1],
      ...[1, 2, 3, 4].map((quarter) => ['progress', 1, quarter * 2.5 * MB]),
      ['done', 1, 10 * MB],
      ['started', 2],
      ['progress', 2, 10 * MB],
      ['retry', 2],
      ['failed', 2],
      ['busy'],
      ['skipped'],
      ['skipped'],
      ['skipped'],
    ],
  );
  assert.deepEqual(records.at(-1)?.['planned'], { ...third });
});

test('of a file that continues no step is said that it had reached before', async () => {
  const stdout = new PassThrough();
  const output = new Output({ stdout, stderr: new PassThrough() }, false, new Redactor());
  const reporter = await downloadReporter(output, { clock: new FakeClock(), ...usual });
  for (const event of moved(1, first, 4, 0.73 * first.size)) reporter.show(event);
  await reporter.close();
  output.close();
  const percents = [...String(stdout.read()).matchAll(/\] (\d+) %/g)].map(([, percent]) => Number(percent));
  assert.deepEqual(percents, [73, 75]);
});

test('a file that has ended leaves nothing in memory', async () => {
  const stdout = new PassThrough();
  const output = new Output({ stdout, stderr: new PassThrough() }, true, new Redactor());
  const reporter = await downloadReporter(output, { clock: new FakeClock(), ...usual });
  const ends: ShownEvent[] = [
    { kind: 'done', file: 1, path: '/out/a.bin', bytes: 10 * MB, how: 'downloaded' },
    { kind: 'failed', file: 1, planned: first, code: 'FILE_NOT_WRITTEN', error: 'the disk is full' },
    { kind: 'skipped', file: 1, planned: first, path: '/there/a.bin', host: 'other' },
  ];
  for (const end of ends) {
    for (const event of moved(1, first, 2)) reporter.show(event);
    reporter.show(end);
  }
  await reporter.close();
  output.close();
  const steps = recordsOf(String(stdout.read())).filter(({ event }) => event === 'progress');
  // What was said of a number that is remembered isn't said again.
  assert.equal(steps.length, 2 * ends.length);
});

test('on a terminal there is a bar for each file and one for all, which counts bytes and knows the end', async () => {
  const terminal = new FakeTerminal(100, 24);
  const output = new Output({ stdout: terminal, stderr: new PassThrough() } as never, false, new Redactor());
  const clock = new FakeClock();
  const reporter = await downloadReporter(output, { clock, ...usual });
  reporter.show({ kind: 'scanned', messages: 80, files: 4, bytes: 30 * MB, complete: true });
  for (const event of moved(1, first, 5)) {
    await clock.advance(1000);
    if (event.kind !== 'progress' || event.progress.bytesUp < 10 * MB) reporter.show(event);
  }
  await clock.advance(200);
  const screen = terminal.screen.join('\n');
  assert.match(screen, /^\[#+-+\] {2}80 % of 9\.5 MiB, 1\.0 MB\/s a\[2J\.bin$/m);
  assert.match(
    screen,
    /^\[#+-+\] 0 of 4 files, ends \d\d:\d\d:\d\d, in \d+ s, 7\.6 MiB of 28\.6 MiB, \d\.\d MB\/s$/m,
  );
  reporter.show({ kind: 'done', file: 1, path: '/out/a.bin', bytes: 10 * MB, how: 'downloaded' });
  reporter.show({ kind: 'failed', planned: second, code: 'MESSAGE_GONE', error: 'gone' });
  await clock.advance(200);
  await reporter.close();
  output.close();
  const end = terminal.screen.join('\n');
  assert.match(end, /\[1\] 100 %, a\[2J\.bin: saved as \/out\/a\.bin/);
  assert.match(end, /2 of 4 files, ends .*, 19\.1 MiB of 28\.6 MiB, 1 failed/);
  assert.ok(terminal.cursorVisible);
});

test('the summary counts files and bytes, where those lie that were skipped, and what failed', () => {
  const told = (summary: Partial<DownloadSummary>, complete = true, json = false): string[] => {
    const stdout = new PassThrough();
    const output = new Output({ stdout, stderr: new PassThrough() }, json, new Redactor());
    const none = {
      messages: 9,
      files: 0,
      downloaded: 0,
      bytes: 0,
      kept: 0,
      begun: 0,
      skipped: 0,
      linked: 0,
      copied: 0,
      failed: [],
      missing: [],
      leftOut: [],
      elsewhere: [],
    };
    const details = { place: '/out', seconds: 10, peakBytes: 5, complete };
    tellDownload(output, { ...none, ...summary }, details);
    output.close();
    return String(stdout.read() ?? '')
      .trimEnd()
      .split('\n');
  };
  assert.deepEqual(told({}), ['No file that meets what was asked for was found in 9 messages.']);
  const all = {
    files: 8,
    downloaded: 2,
    bytes: 20 * MB,
    skipped: 3,
    linked: 1,
    copied: 1,
    elsewhere: [{ host: 'other', files: 2 }],
    failed: [
      {
        chatId: -100,
        messageId: 7,
        name: 'a.bin',
        code: 'DISK_FULL',
        error: 'The disk is full. Free some space and run again.',
      },
    ],
  };
  assert.deepEqual(told(all, false), [
    'Downloaded 2 files with 19.1 MiB in 10 s: 2.0 MB/s, into /out.',
    'Linked 1 file that came for another message.',
    'Copied 1 file that came for another message.',
    'Skipped 3 files that have been downloaded before, of which 2 on other.',
    'Failed 1 file:',
    '  message 7 of -100, a.bin: The disk is full. Free some space and run again.',
    'The same command tries these again, and downloads nothing twice.',
    'Stopped before the end: the same command continues, also inside a file.',
  ]);
  const resumed = { files: 2, downloaded: 1, bytes: 20 * MB, kept: 15 * MB, begun: 3 * MB };
  assert.deepEqual(told(resumed), [
    'Downloaded 1 file with 19.1 MiB in 10 s: 0.8 MB/s, into /out.',
    'Of that, 14.3 MiB were left by an earlier run.',
    'Another 2.9 MiB arrived for files that are not complete yet.',
  ]);
  const [record] = recordsOf(told(all, true, true).join('\n'));
  assert.deepEqual(
    [record?.['event'], record?.['files'], record?.['complete'], record?.['place']],
    ['summary', 8, true, '/out'],
  );
});

test('with --json a large file on a slow line has an event each minute while its bytes grow, and none while they do not', async () => {
  const stdout = new PassThrough();
  const output = new Output({ stdout, stderr: new PassThrough() }, true, new Redactor());
  const clock = new FakeClock();
  const reporter = await downloadReporter(output, { clock, ...usual });
  const size = 4_000_000_000;
  for (let minute = 0; minute < 10; minute += 1) {
    const bytes = Math.min(minute, 5) * 1000;
    const rest = { bytesBefore: 0, partsInFlight: 0, heldBytes: 0, bytesPerSecond: 17 };
    reporter.show({
      kind: 'progress',
      file: 1,
      progress: { name: 'large', size, bytesDown: bytes, bytesUp: bytes, ...rest },
    });
    await clock.advance(60_000);
  }
  await reporter.close();
  output.close();
  const bytes = recordsOf(String(stdout.read()))
    .filter(({ event }) => event === 'progress')
    .map((record) => record['bytes']);
  assert.deepEqual(bytes, [1000, 2000, 3000, 4000, 5000]);
});
