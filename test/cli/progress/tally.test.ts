import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RunEvent } from '../../../lib/cli/progress/reporter.js';
import { type FileTally, TallyKeeper } from '../../../lib/cli/progress/tally.js';
import { FakeClock } from '../../support/fake-clock.js';

function file(sourceId: number, bytesUp: number, size = 1_000_000): FileTally {
  return {
    sourceId,
    name: `${sourceId}.bin`,
    size,
    bytesBefore: 0,
    bytesDown: bytesUp,
    bytesUp,
    heldBytes: 7,
    bytesPerSecond: 0,
  };
}

function sent(messages: number): RunEvent {
  return { kind: 'sent', sourceIds: Array<number>(messages).fill(1), targetIds: [], bytes: 0 };
}

test('rates and the end follow the work done', async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 0);
  tally.take({ kind: 'plan', total: 130, firstId: 1 });
  for (let second = 0; second < 30; second += 1) {
    await clock.advance(1000);
    tally.take(sent(1));
  }
  const { messagesPerMinute, endsAt, done } = tally.read();
  assert.equal(done, 30);
  assert.ok(Math.abs(messagesPerMinute - 60) < 1e-9, String(messagesPerMinute));
  assert.equal(endsAt, clock.now() + 100_000);
});

test('rates forget everything more than a minute ago', async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 0);
  for (let second = 0; second < 120; second += 1) {
    await clock.advance(1000);
    tally.take(sent(10));
  }
  for (let second = 0; second < 120; second += 1) {
    await clock.advance(1000);
    tally.take(sent(1));
  }
  const { messagesPerMinute } = tally.read();
  assert.ok(messagesPerMinute > 55 && messagesPerMinute < 65, String(messagesPerMinute));
});

test('a wait is shown until it ends, the longest of several, and delays the end', async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 0);
  tally.take({ kind: 'plan', total: 20, firstId: 1 });
  await clock.advance(10_000);
  tally.take(sent(10));
  const wait = { method: 'messages.sendMedia', reason: 'FLOOD_WAIT_30', until: clock.now() + 30_000 };
  tally.take({ kind: 'wait', ms: 0, ...wait });
  tally.take({
    kind: 'wait',
    ms: 0,
    method: 'upload.getFile',
    reason: 'FLOOD_PREMIUM_WAIT_3',
    until: clock.now() + 3000,
  });
  assert.deepEqual(tally.read().wait, wait);
  assert.equal(tally.read().endsAt, clock.now() + 30_000 + 10_000);
  await clock.advance(30_001);
  assert.equal(tally.read().wait, undefined);
});

test('after a flood the estimate uses the longer interval, and the wait itself does not lower the rate', async () => {
  const clock = new FakeClock();
  let intervalMs = 1000;
  const tally = new TallyKeeper(clock, () => intervalMs);
  tally.take({ kind: 'plan', total: 1100, firstId: 1 });
  for (let second = 0; second < 100; second += 1) {
    await clock.advance(1000);
    tally.take(sent(1));
  }
  assert.equal(tally.read().endsAt, clock.now() + 1000 * 1000);
  const until = clock.now() + 600_000;
  tally.take({ kind: 'wait', ms: 0, method: 'messages.sendMedia', reason: 'FLOOD_WAIT_600', until });
  intervalMs = 3000;
  assert.equal(tally.read().endsAt, until + 1000 * 3000);
  await clock.advance(600_000);
  assert.equal(tally.read().endsAt, clock.now() + 1000 * 3000, 'at the end of the wait');
  tally.take(sent(1));
  await clock.advance(3000);
  tally.take(sent(1));
  assert.equal(tally.read().endsAt, clock.now() + 998 * 3000, 'after it');
});

test('skipped messages need no interval', async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 4000);
  tally.take({ kind: 'plan', total: 200, firstId: 1 });
  for (let nth = 0; nth < 50; nth += 1) {
    await clock.advance(1000);
    tally.take({ kind: 'skipped', sourceId: 1, reason: 'poll' });
    tally.take(sent(1));
  }
  assert.equal(tally.read().endsAt, clock.now() + 100 * 2000);
});

test("parts that an earlier run has sent don't count in the speed", async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 0);
  tally.take({ kind: 'transfer', partsInFlight: 0, ...file(1, 800_000), bytesBefore: 800_000 });
  await clock.advance(1000);
  tally.take({ kind: 'transfer', partsInFlight: 0, ...file(1, 900_000), bytesBefore: 800_000 });
  assert.equal(tally.read().bytesPerSecond, 100_000);
});

test('bytes are counted once over all files, including a transfer that begins again', async () => {
  const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(1_000_000)), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (updates) => {
      const clock = new FakeClock();
      const tally = new TallyKeeper(clock, () => 0);
      const last = new Map<number, number>();
      let bytes = 0;
      for (const [id, bytesUp] of updates) {
        bytes += Math.max(0, bytesUp - (last.get(id) ?? 0));
        last.set(id, bytesUp);
        tally.take({ kind: 'transfer', partsInFlight: 0, ...file(id, bytesUp) });
      }
      await clock.advance(1000);
      assert.equal(tally.read().bytesPerSecond, bytes);
      assert.equal(tally.read().files.length, last.size);
      for (const id of last.keys()) tally.take({ kind: 'transferEnd', done: true, ...file(id, 0) });
      assert.deepEqual(tally.read().files, []);
    }),
  );
});

test('without a total, or before anything is done, no end is estimated', async () => {
  const clock = new FakeClock();
  const tally = new TallyKeeper(clock, () => 0);
  tally.take({ kind: 'plan', total: undefined, firstId: 1 });
  await clock.advance(1000);
  tally.take(sent(1));
  assert.equal(tally.read().endsAt, undefined);
  const other = new TallyKeeper(clock, () => 0);
  other.take({ kind: 'plan', total: 10, firstId: 1 });
  assert.equal(other.read().endsAt, undefined);
});
