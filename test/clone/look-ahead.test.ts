import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { lookAhead } from '../../lib/clone/look-ahead.js';
import { FakeClock } from '../support/fake-clock.js';
import { listenerCountingSignal } from '../support/listener-counting-signal.js';

interface Started {
  readonly item: number;
  idle: boolean;
}

/** Items that are begun, and continue until their signal aborts or they are taken. */
function scene(count: number, { most = 3, failAfter }: { most?: number; failAfter?: number } = {}) {
  const stop = new AbortController();
  const clock = new FakeClock();
  const begun: Started[] = [];
  let longest = 0;
  const ahead = lookAhead<number, Started>({
    async *items(signal) {
      for (let item = 0; item < count; item += 1) {
        await setImmediate();
        signal.throwIfAborted();
        if (item === failAfter) throw new Error('The history ended badly.');
        yield item;
      }
    },
    holdMs: (_, line) => (line.length >= most ? 60_000 : 0),
    start(item, signal) {
      const started = { item, idle: false };
      signal.addEventListener('abort', () => {
        started.idle = true;
      });
      begun.push(started);
      return started;
    },
    async idle(started) {
      await setImmediate();
      assert.ok(started.idle, 'it still goes on');
    },
    clock,
    signal: stop.signal,
  });
  const watch = (taken: number): void => {
    longest = Math.max(longest, begun.length - taken);
  };
  return { stop, clock, begun, ahead, watch, longest: () => longest };
}

describe('lookAhead', () => {
  it('yields everything in order, and never begins more than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(20),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(3)),
        async (count, most, pauses) => {
          const { ahead, clock, watch, longest } = scene(count, { most });
          const taken: number[] = [];
          for await (const {
            started: { item },
          } of ahead) {
            for (let pause = pauses[item] ?? 0; pause > 0; pause -= 1) await setImmediate();
            watch(taken.length);
            taken.push(item);
          }
          assert.deepEqual(taken, [...Array(count).keys()]);
          assert.ok(longest() <= most, `${longest()} of ${most} were begun`);
          assert.equal(clock.sleeping, 0);
        },
      ),
    );
  });

  it('lists what has begun behind the one in its turn, at that moment', async () => {
    const { ahead } = scene(3);
    const first = (await ahead.next()).value;
    assert.ok(first);
    for (let turn = 0; turn < 40; turn += 1) await setImmediate();
    assert.deepEqual([first.started.item, ...first.ahead().map(({ item }) => item)], [0, 1, 2]);
    const second = (await ahead.next()).value;
    assert.deepEqual(
      second?.ahead().map(({ item }) => item),
      [2],
    );
    await ahead.return();
  });

  it('begins items before anybody asks, up to the limit', async () => {
    const { ahead, begun } = scene(9, { most: 4 });
    await ahead.next();
    for (let turn = 0; turn < 40; turn += 1) await setImmediate();
    assert.equal(begun.length, 4);
    await ahead.return();
  });

  it('asks again when the time has come, even if nothing has finished', async () => {
    const stop = new AbortController();
    const clock = new FakeClock();
    const begun: number[] = [];
    const ahead = lookAhead<number, number>({
      async *items() {
        yield* [0, 1];
      },
      holdMs: () => Math.max(0, 5_000 - clock.monotonic()),
      start: (item) => begun.push(item),
      idle: async () => {},
      clock,
      signal: stop.signal,
    });
    await ahead.next();
    await clock.advance(4_999);
    assert.deepEqual(begun, [0]);
    await clock.advance(1);
    assert.deepEqual(begun, [0, 1]);
    await ahead.return();
    assert.equal(clock.sleeping, 0);
  });

  it('reports an error of the reading after the items that were begun before it', async () => {
    const { ahead } = scene(9, { failAfter: 2 });
    const taken: number[] = [];
    await assert.rejects(async () => {
      for await (const {
        started: { item },
      } of ahead)
        taken.push(item);
    }, /ended badly/);
    assert.deepEqual(taken, [0, 1]);
  });

  it('aborts what was begun when its consumer leaves, and leaves nothing behind', async () => {
    const { ahead, begun, clock } = scene(9);
    for await (const {
      started: { item },
    } of ahead)
      if (item === 1) break;
    assert.ok(begun.length >= 2);
    assert.ok(begun.slice(1).every(({ idle }) => idle));
    assert.equal(clock.sleeping, 0);
  });

  it('ends with the reason when the signal aborts, also while it waits', async () => {
    const stop = listenerCountingSignal();
    const reason = new Error('stop');
    const ahead = lookAhead<number, number>({
      async *items(signal) {
        yield 0;
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      holdMs: () => 0,
      start: (item) => item,
      idle: async () => {},
      clock: new FakeClock(),
      signal: stop.signal,
    });
    await ahead.next();
    const next = ahead.next();
    await setImmediate();
    stop.abort(reason);
    await assert.rejects(next, reason);
    assert.equal(stop.listeners, 0);
  });
});
