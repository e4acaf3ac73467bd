import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Output } from '../../../lib/cli/output.js';
import type { ReporterOptions } from '../../../lib/cli/progress/choose.js';
import { chooseReporter } from '../../../lib/cli/progress/choose.js';
import type { Reporter } from '../../../lib/cli/progress/reporter.js';
import { Redactor } from '../../../lib/cli/redactor.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

const MB = 1_000_000;
const size = 10 * MB;
const usual: Omit<ReporterOptions, 'clock'> = {
  bufferBytes: 500 * MB,
  intervalMs: () => 3000,
  terminalName: 'xterm',
};

function moveFile(reporter: Reporter, sourceId: number, steps: number): void {
  const name = 'a\u001b[2J.bin';
  for (let step = 0; step <= steps; step += 1) {
    const bytesUp = (step * size) / steps;
    reporter.show({
      kind: 'transfer',
      partsInFlight: 0,
      sourceId,
      name,
      size,
      bytesBefore: 0,
      bytesDown: bytesUp,
      bytesUp,
      heldBytes: 0,
      bytesPerSecond: MB,
    });
  }
  reporter.show({ kind: 'transferEnd', sourceId, name, size, done: true });
}

type Work = (reporter: Reporter, clock: FakeClock) => Promise<void>;

async function linesOf(json: boolean, work: Work): Promise<string[]> {
  const stdout = new PassThrough();
  const output = new Output({ stdout, stderr: new PassThrough() }, json, new Redactor());
  const clock = new FakeClock();
  const reporter = await chooseReporter(output, { clock, ...usual });
  await work(reporter, clock);
  await reporter.close();
  output.close();
  return String(stdout.read() ?? '')
    .trimEnd()
    .split('\n');
}

test('without a terminal there is a line for each 10 % of a file, each 10 messages, each wait, skip and failure', async () => {
  const lines = await linesOf(false, async (reporter, clock) => {
    reporter.show({ kind: 'plan', total: 100, firstId: 42 });
    moveFile(reporter, 43, 1000);
    await clock.advance(60_000);
    for (let id = 44; id < 67; id += 1)
      reporter.show({ kind: 'sent', sourceIds: [id], targetIds: [id], bytes: 0 });
    reporter.show({ kind: 'skipped', sourceId: 67, reason: 'poll' });
    reporter.show({
      kind: 'failed',
      sourceId: 68,
      reason: 'MEDIA_EMPTY',
      message: 'the server takes no such file',
    });
    const until = clock.now() + 7100;
    reporter.show({ kind: 'wait', method: 'messages.sendMessage', reason: 'FLOOD_WAIT_7', ms: 7100, until });
  });
  assert.equal(lines[0], '100 messages to clone, from source message 42 on');
  const percents = lines.filter((line) => line.includes('%'));
  assert.deepEqual(
    percents.map((line) => /(\d+) %/.exec(line)?.[1]),
    ['10', '20', '30', '40', '50', '60', '70', '80', '90', '100'],
  );
  assert.equal(percents[0], 'message 43: 10 % of 9.5 MiB, 1.0 MB/s, a[2J.bin');
  const counts = lines.filter((line) => / of 100 messages/.test(line));
  assert.deepEqual(
    counts.map((line) => line.split(' ')[0]),
    ['10', '20'],
  );
  const tail = lines.slice(-3);
  assert.deepEqual(tail.slice(0, 2), [
    'message 67 skipped: poll',
    'message 68 failed (MEDIA_EMPTY): the server takes no such file',
  ]);
  assert.match(
    tail[2] ?? '',
    /^waiting for messages\.sendMessage \(FLOOD_WAIT_7\) until .*, 7 s more; the job ends .*, in 3 min 34 s$/,
  );
});

test('while messages are compared there is a line every ten seconds at most', async () => {
  const lines = await linesOf(false, async (reporter, clock) => {
    reporter.show({ kind: 'verify', total: 5000 });
    for (let second = 1; second <= 25; second += 1) {
      await clock.advance(1000);
      for (let page = 0; page < 4; page += 1) reporter.show({ kind: 'checked', messages: 25, bytes: 0 });
    }
  });
  assert.deepEqual(
    lines.map((line) => line.split(' ').slice(0, 4).join(' ')),
    ['5000 messages to compare', '925 of 5000 messages,', '1925 of 5000 messages,'],
  );
});

test('with --json each line is an object with its event', async () => {
  const lines = await linesOf(true, async (reporter, clock) => {
    reporter.show({ kind: 'plan', total: undefined, firstId: 1 });
    moveFile(reporter, 3, 100);
    reporter.show({ kind: 'sent', sourceIds: [3], targetIds: [9], bytes: size });
    reporter.show({ kind: 'skipped', sourceId: 4, reason: 'service' });
    reporter.show({ kind: 'failed', sourceId: 5, reason: 'MEDIA_EMPTY', message: 'x\n{"event":"forged"}' });
    reporter.show({ kind: 'wait', method: 'm', reason: 'FLOOD_WAIT_2', ms: 2500, until: clock.now() });
  });
  const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(records[0], { event: 'plan', total: null, firstId: 1 });
  assert.equal(records.filter(({ event }) => event === 'transfer').length, 10);
  assert.deepEqual(records.slice(11), [
    { event: 'sent', sourceIds: [3], targetIds: [9], bytes: size },
    { event: 'skipped', sourceId: 4, reason: 'service' },
    { event: 'failed', sourceId: 5, reason: 'MEDIA_EMPTY', message: 'x\n{"event":"forged"}' },
    {
      event: 'wait',
      method: 'm',
      reason: 'FLOOD_WAIT_2',
      seconds: 2.5,
      until: '2023-11-14T22:13:20.000Z',
      endsAt: null,
    },
  ]);
});

test('on a terminal there are bars, with lines about the work above them', async () => {
  const terminal = new FakeTerminal(100);
  const output = new Output({ stdout: terminal, stderr: terminal }, false, new Redactor());
  const clock = new FakeClock();
  const reporter = await chooseReporter(output, { clock, ...usual });
  reporter.show({ kind: 'plan', total: 10, firstId: 1 });
  reporter.show({ kind: 'skipped', sourceId: 1, reason: 'service' });
  output.note('a word about the work');
  const figures = { size: 100, bytesBefore: 0, bytesDown: 50, bytesUp: 50, heldBytes: 9, bytesPerSecond: 0 };
  reporter.show({ kind: 'transfer', partsInFlight: 0, sourceId: 2, name: 'b.bin', ...figures });
  await reporter.close();
  output.line('after');
  output.close();
  assert.equal(terminal.screen[0], 'message 1 skipped: service');
  assert.equal(terminal.screen[1], 'a word about the work');
  assert.match(terminal.screen[2] ?? '', /^\[#+-+\] {2}50 % of 100 B.* b\.bin$/);
  assert.match(terminal.screen[3] ?? '', /1 of 10 messages, 1 skipped/);
  assert.match(terminal.screen[4] ?? '', /^holding 0 MB of 500 MB/);
  assert.equal(terminal.screen[5], 'after');
  assert.equal(terminal.cursorVisible, true);
  assert.equal(clock.sleeping, 0);
});

test('messages sent by an earlier run are counted, and listed only for machines', async () => {
  const work: Work = async (reporter) => {
    reporter.show({ kind: 'plan', total: 24, firstId: 1 });
    for (let id = 1; id <= 24; id += 1)
      reporter.show({ kind: 'skipped', sourceId: id, reason: 'sent_before' });
  };
  const counts = (await linesOf(false, work)).slice(1);
  assert.deepEqual(
    counts.map((line) => line.split(',')[0]),
    ['10 of 24 messages', '20 of 24 messages'],
  );
  const records = (await linesOf(true, work)).slice(1);
  assert.equal(records.length, 24);
  assert.deepEqual(JSON.parse(records[3] ?? ''), { event: 'skipped', sourceId: 4, reason: 'sent_before' });
});
