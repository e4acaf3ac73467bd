import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConnectionPolicy } from '../../../lib/mtproto/parts/connection-policy.js';
import { PartWay, type WayOptions } from '../../support/part-way.js';

function way(
  options: WayOptions,
  most: () => number = () => 8,
): PartWay & { readonly policy: ConnectionPolicy } {
  const policy = new ConnectionPolicy({ most });
  return Object.assign(new PartWay(policy, options), { policy });
}

const wantedOf = ({ history }: PartWay): number[] => history.map(({ wanted }) => wanted);

/** Stalls of 50 to 300 ms, a while apart. */
const stalls = fc
  .array(fc.record({ gap: fc.integer({ min: 500, max: 2_000 }), ms: fc.integer({ min: 50, max: 300 }) }), {
    maxLength: 30,
  })
  .map((gaps) => {
    let at = 0;
    return gaps.map(({ gap, ms }) => {
      at += gap;
      return { at, ms };
    });
  });

test('connections with a limit each are doubled with each proof, and opened one after another', () => {
  const limited = way({ each: 20, delayMs: 40, slots: 24 });
  limited.run(1.4);
  assert.deepEqual(wantedOf(limited), [1, 2, 4, 8]);
  assert.equal(limited.connections, 8);
  limited.run(2);
  const before = limited.answers;
  limited.run(10);
  assert.ok(limited.answers - before > 0.95 * 8 * 20 * 10);
});

test('connections with a limit each are all used, for any speed, delay and stalls', () => {
  const limits = fc.record({
    each: fc.integer({ min: 2, max: 60 }),
    delayMs: fc.integer({ min: 1, max: 200 }),
    most: fc.integer({ min: 1, max: 8 }),
    stalls,
  });
  fc.assert(
    fc.property(limits, ({ most, ...options }) => {
      // As many requests as keep all of them busy, and as many again.
      const slots = Math.ceil(2 * most * (1 + (options.each * options.delayMs) / 1000));
      const limited = way({ ...options, slots }, () => most);
      limited.run(60);
      assert.ok(limited.policy.wanted >= 0.8 * most, `${limited.policy.wanted} of ${most}`);
      assert.ok(wantedOf(limited).every((wanted) => wanted <= most));
    }),
    { numRuns: 60 },
  );
});

test('connections that share one limit have short trials, each later than the one before', () => {
  const shared = way({ each: 1_000, all: 100, delayMs: 20, slots: 24 });
  shared.run(240);
  const opened = shared.history.filter(({ wanted }) => wanted === 2).map(({ now }) => now);
  const closed = shared.history
    .slice(1)
    .filter(({ wanted }) => wanted === 1)
    .map(({ now }) => now);
  assert.deepEqual([...new Set(wantedOf(shared))], [1, 2]);
  assert.ok(opened.length >= 4 && opened.length <= 10, `${opened.length} trials in four minutes`);
  for (const [nth, at] of closed.entries()) assert.ok(at - (opened[nth] ?? 0) < 1_000);
  const pauses = closed.map((at, nth) => (opened[nth + 1] ?? at + 60_000) - at);
  assert.ok(
    pauses.every((pause, nth) => pause >= (pauses[nth - 1] ?? 0)),
    pauses.join(' '),
  );
});

test('connections that share one limit stay few, for any speed, delay and window', () => {
  const limits = fc.record({
    all: fc.integer({ min: 4, max: 300 }),
    delayMs: fc.integer({ min: 1, max: 200 }),
    slots: fc.integer({ min: 1, max: 32 }),
  });
  fc.assert(
    fc.property(limits, (options) => {
      const shared = way({ ...options, each: 2_000 });
      shared.run(60);
      assert.ok(wantedOf(shared).every((wanted) => wanted <= 2));
    }),
    { numRuns: 60 },
  );
});

test('requests that are all on their way do not lead to another connection, however many they are', () => {
  const far = way({ each: 1_000, delayMs: 150, slots: 10 });
  far.run(60);
  assert.deepEqual(wantedOf(far), [1]);
});

test('a trial without work proves nothing, and lasts until there is work', () => {
  let supply = 22;
  const waiting = way({ each: 20, delayMs: 40, slots: 10, supply: () => supply });
  while (waiting.policy.wanted === 1) waiting.run(0.05);
  waiting.run(0.8);
  assert.equal(waiting.policy.wanted, 2);
  supply = 1_000;
  waiting.run(0.8);
  assert.deepEqual(wantedOf(waiting).slice(0, 3), [1, 2, 4]);
});

test('work that comes late is answered at once', () => {
  const supply = (now: number): number => (now < 5_500 ? 15 + 25 * Math.floor(now / 5_000) : 1_000);
  const late = way({ each: 20, delayMs: 40, slots: 10, supply });
  late.run(4.9);
  assert.deepEqual(wantedOf(late), [1]);
  late.run(2);
  assert.ok(late.policy.wanted >= 5, wantedOf(late).join(' '));
});

test('connections without work are closed', () => {
  const supply = (now: number): number => (now < 900 ? 35 : 21);
  const less = way({ each: 20, delayMs: 40, slots: 10, supply });
  less.run(0.9);
  assert.ok(less.policy.wanted > 2, wantedOf(less).join(' '));
  less.run(20);
  assert.equal(less.policy.wanted, 2);
});

test('there is no trial while parts are slow, and none above the allowed number', () => {
  const slow = way({ each: 0.5, delayMs: 40, slots: 10 });
  slow.run(120);
  assert.deepEqual(wantedOf(slow), [1]);
  let most = 3;
  const capped = way({ each: 20, delayMs: 40, slots: 24 }, () => most);
  capped.run(5);
  assert.equal(capped.policy.wanted, 3);
  most = 2;
  assert.equal(capped.policy.wanted, 2);
  capped.policy.failed(capped.now);
  assert.equal(capped.policy.wanted, 2, 'one place of three is gone');
});

test('failures reduce the number, several at once by one; then trials pause', () => {
  const failing = way({ each: 20, delayMs: 40, slots: 24 });
  failing.run(5);
  assert.equal(failing.policy.wanted, 8);
  for (let nth = 0; nth < 8; nth += 1) failing.policy.failed(failing.now + nth);
  assert.equal(failing.policy.wanted, 7);
  failing.run(4.9);
  assert.equal(failing.policy.wanted, 7);
  failing.run(1);
  assert.equal(failing.policy.wanted, 8);
  const alone = new ConnectionPolicy({ most: () => 8 });
  alone.failed(0);
  assert.equal(alone.wanted, 1);
  alone.another(1);
  assert.equal(alone.wanted, 2);
});

test('a connection that fails in a trial ends it', () => {
  const refused = way({ each: 20, delayMs: 40, slots: 24 });
  while (refused.policy.wanted < 8) refused.run(0.05);
  refused.policy.failed(refused.now);
  assert.equal(refused.policy.wanted, 4);
});
