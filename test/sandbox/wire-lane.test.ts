import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lane } from '../../lib/sandbox/wire/lane.js';
import { FakeClock } from '../support/fake-clock.js';

interface Setting {
  latencyMs?: number;
  bytesPerSecond?: number | undefined;
}

function makeLane(setting: Setting) {
  const clock = new FakeClock();
  const abort = new AbortController();
  const arrived: { item: number; at: number }[] = [];
  const lane = new Lane<number>({
    clock,
    latencyMs: () => setting.latencyMs ?? 0,
    bytesPerSecond: () => setting.bytesPerSecond,
    deliver: (item) => {
      arrived.push({ item, at: clock.monotonic() });
      return undefined;
    },
    onDelivered: () => {},
    signal: abort.signal,
  });
  return { lane, clock, arrived, abort };
}

test('without latency and limit an item is delivered at once, and no timer is set', () => {
  const { lane, clock, arrived } = makeLane({});
  lane.push(1, 1_000_000);
  assert.deepEqual(arrived, [{ item: 1, at: 0 }]);
  assert.equal(lane.queuedBytes, 0);
  assert.deepEqual(clock.slept, []);
});

test('an item arrives after its own and the earlier bytes, plus the latency', async () => {
  const { lane, clock, arrived } = makeLane({ latencyMs: 50, bytesPerSecond: 1000 });
  lane.push(1, 100);
  lane.push(2, 200);
  assert.equal(lane.queuedBytes, 300);
  await clock.advance(1000);
  assert.deepEqual(arrived, [
    { item: 1, at: 150 },
    { item: 2, at: 350 },
  ]);
  assert.equal(lane.queuedBytes, 0);
});

test('the order is kept and the bandwidth never exceeded, however the weather changes', async () => {
  const step = fc.record({
    bytes: fc.integer({ min: 1, max: 5000 }),
    latencyMs: fc.integer({ min: 0, max: 80 }),
    bytesPerSecond: fc.option(fc.integer({ min: 100, max: 50_000 }), { nil: undefined }),
    pause: fc.integer({ min: 0, max: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const setting: Setting = {};
      const { lane, clock, arrived } = makeLane(setting);
      let earliest = 0;
      for (const [i, { bytes, latencyMs, bytesPerSecond, pause }] of steps.entries()) {
        Object.assign(setting, { latencyMs, bytesPerSecond });
        const pushedAt = clock.monotonic();
        lane.push(i, bytes);
        earliest = Math.max(
          earliest,
          pushedAt + latencyMs + (bytesPerSecond ? (bytes / bytesPerSecond) * 1000 : 0),
        );
        await clock.advance(pause);
      }
      await clock.advance(10_000_000);
      assert.deepEqual(
        arrived.map(({ item }) => item),
        steps.map((_, i) => i),
      );
      assert.ok((arrived.at(-1)?.at ?? 0) >= earliest - 1e-6);
      assert.equal(lane.queuedBytes, 0);
    }),
  );
});

test('abort leaves no timer and delivers nothing more', async () => {
  const { lane, clock, arrived, abort } = makeLane({ latencyMs: 50 });
  lane.push(1, 10);
  await clock.advance(10);
  abort.abort();
  await clock.advance(100);
  lane.push(2, 10);
  assert.deepEqual(arrived, []);
  assert.equal(clock.sleeping, 0);
});
