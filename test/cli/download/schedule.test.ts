import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import { readSchedule, repeat, type Schedule } from '../../../lib/cli/download/schedule.js';
import { FakeClock } from '../../support/fake-clock.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 5, 12, 0, 30);

test('work begins each time that it is due, and is left out while it is running', async () => {
  const clock = new FakeClock({ epochMs: NOON, impatient: true });
  const stop = new AbortController();
  const begun: number[] = [];
  const told: number[] = [];
  const schedule = readSchedule('*/10 * * * *', NOON);
  const durations = [MINUTE, 35 * MINUTE, MINUTE];
  await assert.rejects(
    repeat(schedule, { clock, signal: stop.signal, onWait: (at) => told.push(at) }, async () => {
      begun.push((clock.now() - NOON) / MINUTE);
      const lasts = durations.shift();
      if (lasts === undefined) stop.abort(new Error('enough'));
      else await clock.sleep(lasts);
    }),
    /enough/,
  );
  // At 12:10; at 12:20 until 12:55; then 13:00 and 13:10.
  assert.deepEqual(begun, [9.5, 19.5, 59.5, 69.5]);
  assert.deepEqual(
    told.slice(0, 4),
    begun.map((minutes) => NOON + minutes * MINUTE),
  );
  assert.ok(clock.slept.every((ms) => ms <= 35 * MINUTE));
});

test('a signal between two runs ends the wait at once', async () => {
  const clock = new FakeClock({ epochMs: NOON });
  const stop = new AbortController();
  const schedule = readSchedule('0 3 * * *', NOON);
  const running = repeat(schedule, { clock, signal: stop.signal, onWait: () => undefined }, async () => {
    assert.fail('it is not three');
  });
  await clock.advance(MINUTE);
  stop.abort(new Error('stopped'));
  await assert.rejects(running, /stopped/);
  assert.equal(clock.sleeping, 0);
});

test('a clock that is set back makes nothing due twice, and a schedule that ends, ends', async () => {
  let now = NOON;
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const moments = [NOON + MINUTE, NOON + 2 * MINUTE];
  const schedule: Schedule = { zone: 'UTC', next: (after) => moments.find((at) => at > after) };
  const begun: number[] = [];
  await repeat(
    schedule,
    { clock, signal: new AbortController().signal, onWait: () => undefined },
    async () => {
      begun.push(now);
      now -= 5 * MINUTE;
    },
  );
  assert.deepEqual(begun, moments);
});

test('an expression that is wrong, or never due, is refused and quoted', () => {
  for (const text of [
    '',
    'often',
    '61 * * * *',
    '* * *',
    '0 0 30 2 *',
    '* * * * * * *',
    '2001-01-01T00:00:00',
  ]) {
    assert.throws(
      () => readSchedule(text, NOON),
      (error) =>
        error instanceof UsageError &&
        error.code === 'BAD_SCHEDULE' &&
        error.message.includes(JSON.stringify(text)),
      text,
    );
  }
  for (const text of ['@daily', '0 3 * * MON-FRI', '30 */5 * * * *'])
    assert.ok((readSchedule(text, NOON).next(NOON) ?? 0) > NOON, text);
});
