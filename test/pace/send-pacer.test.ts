import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { SendPacer } from '../../lib/pace/send-pacer.js';
import type { Wait } from '../../lib/pace/wait.js';
import { FakeClock } from '../support/fake-clock.js';

const never = new AbortController().signal;

function pacer(clock: FakeClock, minIntervalMs: number): SendPacer {
  const made = new SendPacer({ clock });
  made.setFloor(minIntervalMs);
  return made;
}

test('turns come in order, each as many intervals after the last as that one had items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 12 }), async (sends) => {
      const clock = new FakeClock();
      const interval = pacer(clock, 1300);
      const at: number[] = [];
      const turns = sends.map((items) => interval.turn(items, never).then(() => at.push(clock.monotonic())));
      await clock.advance(1300 * 10 * 12);
      await Promise.all(turns);
      const due = sends.map((_, index) =>
        sends.slice(0, index).reduce((sum, items) => sum + items * 1300, 0),
      );
      assert.deepEqual(at, due);
    }),
    { numRuns: 30 },
  );
});

test('a late caller goes at once', async () => {
  const clock = new FakeClock();
  const interval = pacer(clock, 1000);
  await interval.turn(2, never);
  await clock.advance(2000);
  await interval.turn(1, never);
  assert.equal(clock.monotonic(), 2000);
});

test('an aborted wait uses no turn, lets nobody past, and leaves nothing behind', async () => {
  const clock = new FakeClock();
  const interval = pacer(clock, 1000);
  await interval.turn(1, never);
  const at: [string, number][] = [];
  const note = (name: string) => () => at.push([name, clock.monotonic()]);
  const sleeping = new AbortController();
  const queued = new AbortController();
  const first = interval.turn(5, sleeping.signal);
  const second = interval.turn(5, queued.signal);
  const third = interval.turn(1, never).then(note('third'));
  const fourth = interval.turn(1, never).then(note('fourth'));
  await clock.advance(100);
  queued.abort(new Error('second left'));
  await assert.rejects(second, /second left/);
  await clock.advance(100);
  assert.deepEqual(at, []);
  sleeping.abort(new Error('first left'));
  await assert.rejects(first, /first left/);
  await clock.advance(5000);
  await Promise.all([third, fourth]);
  assert.deepEqual(at, [
    ['third', 1000],
    ['fourth', 2000],
  ]);
  assert.equal(clock.sleeping, 0);
  assert.equal(getEventListeners(sleeping.signal, 'abort').length, 0);
  assert.equal(getEventListeners(queued.signal, 'abort').length, 0);
});

test('when one in the queue leaves, the next still waits for all before it', async () => {
  const clock = new FakeClock();
  const interval = pacer(clock, 1000);
  const order: string[] = [];
  const note = (name: string) => () => order.push(`${name} at ${clock.monotonic()}`);
  const queued = new AbortController();
  await interval.turn(1, never);
  const turns = [
    interval.turn(1, never).then(note('first')),
    interval.turn(5, never).then(note('second')),
    assert.rejects(interval.turn(5, queued.signal), /third left/),
    interval.turn(1, never).then(note('fourth')),
  ];
  await clock.advance(500);
  queued.abort(new Error('third left'));
  await clock.advance(10_000);
  await Promise.all(turns);
  assert.deepEqual(order, ['first at 1000', 'second at 2000', 'fourth at 7000']);
});

test('bad numbers are refused', async () => {
  const clock = new FakeClock();
  for (const minIntervalMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => pacer(clock, minIntervalMs), RangeError);
  }
  const interval = pacer(clock, 0);
  for (const items of [0, -1, 1.5]) await assert.rejects(interval.turn(items, never), RangeError);
});

function flood(clock: FakeClock, told: number, method = 'messages.sendMedia'): Wait {
  const ms = told * 1000;
  return {
    method,
    reason: `FLOOD_WAIT_${told}`,
    kind: 'flood',
    askedSeconds: told,
    ms,
    until: clock.now() + ms,
    attempt: 1,
  };
}

test('whatever floods come, no message goes sooner than the floor after the one before, or before the wait is over', async () => {
  const step = fc.record({
    items: fc.integer({ min: 1, max: 10 }),
    idleMs: fc.nat(20_000),
    kind: fc.constantFrom('none', 'none', 'none', 'flood', 'slowmode', 'transient', 'bytes'),
    told: fc.integer({ min: 0, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(3000), async (steps, floorMs) => {
      const clock = new FakeClock({ impatient: true });
      const interval = pacer(clock, floorMs);
      let notBefore = 0;
      for (const { items, idleMs, kind, told } of steps) {
        await clock.sleep(idleMs);
        await interval.turn(items, never);
        assert.ok(clock.monotonic() >= notBefore - 1e-6, `${clock.monotonic()} < ${notBefore}`);
        assert.ok(interval.intervalMs >= floorMs);
        if (kind === 'bytes') interval.met(flood(clock, told, 'upload.saveBigFilePart'));
        else if (kind !== 'none') {
          interval.met({ ...flood(clock, told), kind });
          await clock.sleep(told * 1000);
        }
        notBefore = clock.monotonic() + items * floorMs;
        interval.answered();
      }
    }),
    { numRuns: 60 },
  );
});

test('a flood of bytes delays no send', async () => {
  const clock = new FakeClock();
  const interval = pacer(clock, 1000);
  await interval.turn(1, never);
  interval.met(flood(clock, 600, 'upload.saveBigFilePart'));
  interval.met({ ...flood(clock, 600, 'upload.getFile'), kind: 'premium' });
  await clock.advance(1000);
  await interval.turn(1, never);
  assert.equal(clock.monotonic(), 1000);
  assert.equal(interval.intervalMs, 1000);
});

test('slow mode counts from the answer of the send before, in whole seconds, and is tried again after an hour', async () => {
  const clock = new FakeClock();
  const interval = pacer(clock, 1300);
  await interval.turn(1, never);
  await clock.advance(70);
  interval.answered();
  const second = interval.turn(1, never);
  await clock.advance(1230);
  await second;
  // Sent 1.3 s after the first of two messages that must be 10 s apart.
  interval.met({ ...flood(clock, 9), kind: 'slowmode' });
  await clock.advance(9000);
  interval.answered();
  assert.equal(interval.intervalMs, 10_000);
  const third = interval.turn(1, never);
  await clock.advance(9999);
  assert.equal(clock.sleeping, 1);
  await clock.advance(1);
  await third;
  await clock.advance(61 * 60_000);
  assert.equal(interval.intervalMs, 1300);
});

test('a turn that is a minute or more away is said once, with its time', async () => {
  const clock = new FakeClock();
  const said: number[] = [];
  const interval = new SendPacer({ clock, onTurn: (at) => said.push(at - clock.now()) });
  interval.setFloor(1_200_000);
  await interval.turn(1, never);
  const next = interval.turn(1, never);
  await clock.advance(1_200_000);
  await next;
  assert.deepEqual(said, [1_200_000]);
  interval.setFloor(1000);
});
