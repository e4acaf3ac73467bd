import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import fc from 'fast-check';
import { SendInterval } from '../../lib/pace/send-interval.js';
import { FakeClock } from '../support/fake-clock.js';

const never = new AbortController().signal;

test('turns come in order, each as many intervals after the last as that had items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 12 }), async (sends) => {
      const clock = new FakeClock();
      const interval = new SendInterval({ minIntervalMs: 1300, clock });
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

test('who comes late goes at once', async () => {
  const clock = new FakeClock();
  const interval = new SendInterval({ minIntervalMs: 1000, clock });
  await interval.turn(2, never);
  await clock.advance(2000);
  await interval.turn(1, never);
  assert.equal(clock.monotonic(), 2000);
});

test('an aborted wait takes no turn, lets nobody past, and leaves nothing behind', async () => {
  const clock = new FakeClock();
  const interval = new SendInterval({ minIntervalMs: 1000, clock });
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
  const interval = new SendInterval({ minIntervalMs: 1000, clock });
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
    assert.throws(() => new SendInterval({ minIntervalMs, clock }), RangeError);
  }
  const interval = new SendInterval({ minIntervalMs: 0, clock });
  for (const items of [0, -1, 1.5]) await assert.rejects(interval.turn(items, never), RangeError);
});
