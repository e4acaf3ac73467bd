import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { ByteBudget, type ByteLease } from '../../lib/pace/byte-budget.js';

type Step =
  | { readonly do: 'acquire'; readonly lease: number; readonly bytes: number }
  | { readonly do: 'release'; readonly lease: number; readonly share: number }
  | { readonly do: 'abort'; readonly waiter: number }
  | { readonly do: 'close'; readonly lease: number };

const LIMIT = 100;
const LEASES = 3;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('acquire' as const), lease: fc.nat(2), bytes: fc.nat(LIMIT) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('release' as const), lease: fc.nat(2), share: fc.nat(4) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('abort' as const), waiter: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), lease: fc.nat(2) }) },
);

/** The rules of a budget in the plainest form: a list of waiters, served from its head. */
class Model {
  readonly held = Array.from({ length: LEASES }, () => 0);
  waiters: { id: number; lease: number; bytes: number }[] = [];
  readonly granted: number[] = [];

  total(): number {
    return this.held.reduce((sum, bytes) => sum + bytes, 0);
  }

  serve(): void {
    for (let head = this.waiters[0]; head && this.total() + head.bytes <= LIMIT; head = this.waiters[0]) {
      this.waiters.shift();
      this.held[head.lease] = (this.held[head.lease] ?? 0) + head.bytes;
      this.granted.push(head.id);
    }
  }
}

test('leases are served first come, first served, never above the limit, and aborts and closes leave nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const budget = new ByteBudget(LIMIT);
      const leases: ByteLease[] = Array.from({ length: LEASES }, () => budget.lease());
      const model = new Model();
      const granted: number[] = [];
      const controllers: AbortController[] = [];
      const settled: Promise<void>[] = [];
      let peak = 0;
      for (const now of steps) {
        if (now.do === 'acquire') {
          const id = controllers.length;
          const controller = new AbortController();
          controllers.push(controller);
          const lease = leases[now.lease];
          assert.ok(lease);
          settled.push(
            lease.acquire(now.bytes, controller.signal).then(
              () => {
                granted.push(id);
              },
              () => {},
            ),
          );
          model.waiters.push({ id, lease: now.lease, bytes: now.bytes });
        } else if (now.do === 'release') {
          const bytes = Math.floor(((model.held[now.lease] ?? 0) * now.share) / 4);
          leases[now.lease]?.release(bytes);
          model.held[now.lease] = (model.held[now.lease] ?? 0) - bytes;
        } else if (now.do === 'abort') {
          const leaver = model.waiters[now.waiter % model.waiters.length];
          if (leaver) controllers[leaver.id]?.abort();
          model.waiters = model.waiters.filter((waiter) => waiter !== leaver);
        } else {
          leases[now.lease]?.close();
          leases[now.lease] = budget.lease();
          model.held[now.lease] = 0;
          model.waiters = model.waiters.filter(({ lease }) => lease !== now.lease);
        }
        model.serve();
        await setImmediate();
        peak = Math.max(peak, model.total());
        assert.deepEqual(granted, model.granted);
        assert.equal(budget.heldBytes, model.total());
        assert.deepEqual(
          leases.map(({ heldBytes }) => heldBytes),
          model.held,
        );
        assert.equal(budget.waiting, model.waiters.length);
        assert.ok(budget.peakBytes <= LIMIT);
        assert.ok(budget.peakBytes >= peak);
      }
      for (const lease of leases) lease.close();
      await Promise.all(settled);
      assert.equal(budget.heldBytes, 0);
      assert.equal(budget.waiting, 0);
      for (const { signal } of controllers) assert.equal(getEventListeners(signal, 'abort').length, 0);
    }),
    { numRuns: 200 },
  );
});

test('when the first in the queue leaves, the next is served without waiting for a release', async () => {
  const lease = new ByteBudget(100).lease();
  const controller = new AbortController();
  await lease.acquire(60);
  const big = assert.rejects(lease.acquire(50, controller.signal), /left/);
  const small = lease.acquire(10);
  controller.abort(new Error('left'));
  await Promise.all([big, small]);
  assert.equal(lease.heldBytes, 70);
});

test('more than the whole budget is an error, not a wait', async () => {
  const lease = new ByteBudget(10).lease();
  await assert.rejects(lease.acquire(11), { code: 'BUDGET_TOO_SMALL' });
  await lease.acquire(10);
});

test('a lease closed or aborted in the very step of the grant holds nothing', async () => {
  for (const end of ['close', 'abort'] as const) {
    const budget = new ByteBudget(10);
    const [first, second] = [budget.lease(), budget.lease()];
    const controller = new AbortController();
    await first.acquire(10);
    const waiting = second.acquire(10, controller.signal);
    first.release(10);
    if (end === 'close') second.close();
    else controller.abort(new Error('stop'));
    await assert.rejects(waiting, end === 'close' ? { code: 'LEASE_CLOSED' } : /stop/);
    assert.equal(budget.heldBytes, 0);
  }
});

test('a closed lease acquires nothing, and late releases do nothing', async () => {
  const budget = new ByteBudget(10);
  const lease = budget.lease();
  await lease.acquire(4);
  lease.close();
  lease.close();
  lease.release(4);
  assert.equal(budget.heldBytes, 0);
  await assert.rejects(lease.acquire(1), { code: 'LEASE_CLOSED' });
});

test('a lease gives back no more than it holds, and bad numbers are refused', async () => {
  const lease = new ByteBudget(10).lease();
  await lease.acquire(3);
  assert.throws(() => lease.release(4), RangeError);
  for (const bytes of [-1, 0.5, Number.NaN]) {
    await assert.rejects(lease.acquire(bytes), RangeError);
    assert.throws(() => lease.release(bytes), RangeError);
  }
  for (const limit of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new ByteBudget(limit), RangeError);
  }
});
