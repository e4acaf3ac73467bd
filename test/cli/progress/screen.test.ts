import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Screen } from '../../../lib/cli/progress/screen.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeTerminal } from '../../support/fake-terminal.js';

test('frames replace each other, lines go above them, and the cursor is restored', async () => {
  const clock = new FakeClock();
  const terminal = new FakeTerminal(40);
  terminal.write('$ telepi run\n');
  let frame: string[] = ['one', 'two', 'three'];
  const screen = new Screen(terminal, () => frame);
  const listeners = process.listenerCount('exit');
  screen.open(clock);
  await clock.advance(0);
  assert.deepEqual(terminal.screen, ['$ telepi run', 'one', 'two', 'three']);
  assert.equal(terminal.cursorVisible, false);
  frame = ['uno'];
  await clock.advance(100);
  assert.deepEqual(terminal.screen, ['$ telepi run', 'uno']);
  screen.above('message 7 skipped');
  assert.deepEqual(terminal.screen, ['$ telepi run', 'message 7 skipped', 'uno']);
  frame = ['last', 'frame'];
  await screen.close();
  assert.deepEqual(terminal.screen, ['$ telepi run', 'message 7 skipped', 'last', 'frame']);
  assert.equal(terminal.cursorVisible, true);
  assert.equal(process.listenerCount('exit'), listeners);
  assert.equal(clock.sleeping, 0);
});

test('the screen draws at most ten times a second', async () => {
  const clock = new FakeClock();
  let frames = 0;
  const screen = new Screen(new FakeTerminal(), () => {
    frames += 1;
    return [`frame ${frames}`];
  });
  screen.open(clock);
  await clock.advance(10_000);
  assert.ok(frames > 90 && frames <= 101, String(frames));
  await screen.close();
});

test('lines are cut to the window, and leave nothing behind when its size changes', async () => {
  const clock = new FakeClock();
  const terminal = new FakeTerminal(20);
  const screen = new Screen(terminal, ({ columns }) => ['x'.repeat(columns), 'y'.repeat(columns)]);
  screen.open(clock);
  await clock.advance(0);
  assert.deepEqual(terminal.screen, ['x'.repeat(19), 'y'.repeat(19)]);
  terminal.columns = 30;
  await clock.advance(100);
  assert.deepEqual(terminal.screen, ['x'.repeat(29), 'y'.repeat(29)]);
  await screen.close();
});

test('a narrower window is clean, even if frames went astray before its size was known', async () => {
  const clock = new FakeClock();
  const terminal = new FakeTerminal(80);
  terminal.write('$ telepi run\n');
  const screen = new Screen(terminal, ({ columns }) =>
    ['x', 'y', 'z'].map((letter) => letter.repeat(columns)),
  );
  screen.open(clock);
  await clock.advance(0);
  screen.above(`message 7 skipped: ${'because '.repeat(5)}`.trim());
  screen.above('message 8 skipped');
  const resized = terminal.narrow(40);
  await clock.advance(250);
  assert.ok(terminal.screen.length > 10, 'frames went astray');
  resized.arrive();
  await clock.advance(100);
  const clean = [
    'message 7 skipped: because because becau',
    'se because because',
    'message 8 skipped',
    ...['x', 'y', 'z'].map((letter) => letter.repeat(39)),
  ];
  assert.deepEqual(terminal.screen, clean);
  screen.above('message 9 skipped');
  assert.deepEqual(terminal.screen, [...clean.slice(0, 3), 'message 9 skipped', ...clean.slice(3)]);
  await screen.close();
});
