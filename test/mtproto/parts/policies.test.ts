import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LARGEST_REQUEST, PART_SIZE } from '../../../lib/base/bytes.js';
import { MessageNumbers, ReceivedIds } from '../../../lib/mtproto/message-numbers.js';
import { Lateness } from '../../../lib/mtproto/parts/lateness.js';
import { Pulse, SilenceError } from '../../../lib/mtproto/pulse.js';
import { Salts } from '../../../lib/mtproto/salts.js';
import { DownloadPace } from '../../../lib/telegram/download-pace.js';
import { FakeClock } from '../../support/fake-clock.js';

test('a download keeps as many requests in flight as its way holds, for any speed and delay', () => {
  const way = fc.record({
    partsPerSecond: fc.integer({ min: 2, max: 400 }),
    delayMs: fc.integer({ min: 1, max: 400 }),
  });
  fc.assert(
    fc.property(way, ({ partsPerSecond, delayMs }) => {
      const pace = new DownloadPace(PART_SIZE);
      // A pipe: a part leaves when the one before it has, and comes a delay later.
      let free = 0;
      let now = 0;
      let widest = 0;
      let answers = 0;
      const due: number[] = [];
      while (now < 20_000) {
        for (; due.length < pace.width; due.push(free + delayMs)) {
          free = Math.max(free, now) + 1000 / partsPerSecond;
        }
        now = due.shift() ?? assert.fail();
        pace.answered({ now, bytes: PART_SIZE, connections: 1, heldBack: false });
        answers += 1;
        widest = Math.max(widest, pace.width);
      }
      const holds = (partsPerSecond * (delayMs + 1000 / partsPerSecond)) / 1000;
      assert.ok(widest <= Math.max(12, Math.ceil(1.5 * 1.5 * holds) + 3), `${widest} for ${holds}`);
      assert.ok(pace.width >= 8 && pace.width <= 64);
      const reachable = (Math.min(partsPerSecond, 64_000 / delayMs) * (now - 3_000)) / 1000;
      assert.ok(answers >= 0.75 * reachable, `${answers} of ${reachable}`);
    }),
    { numRuns: 60 },
  );
});

test("each connection has requests of its own; rounds in which the consumer was slower don't count", () => {
  const pace = new DownloadPace(PART_SIZE);
  let now = 0;
  const answer = (connections: number, heldBack: boolean, everyMs: number): void => {
    for (let nth = 0; nth < 200; nth += 1) {
      now += everyMs;
      pace.answered({ now, bytes: PART_SIZE, connections, heldBack });
    }
  };
  answer(1, true, 1);
  assert.equal(pace.width, 8);
  answer(8, true, 1);
  assert.equal(pace.width, 24);
  answer(1, true, 100);
  assert.equal(pace.width, 8);
});

test('larger requests keep as many bytes in flight', () => {
  const pace = new DownloadPace(LARGEST_REQUEST);
  assert.equal(pace.width, 4);
  for (let now = 0; now < 20_000; now += 1) {
    pace.answered({ now, bytes: LARGEST_REQUEST, connections: 8, heldBack: true });
  }
  assert.equal(pace.width, 12);
  let now = 20_000;
  for (let nth = 0; nth < 20_000; nth += 1) {
    now += 40 / pace.width;
    pace.answered({ now, bytes: LARGEST_REQUEST, connections: 1, heldBack: false });
  }
  assert.equal(pace.width, 32);
});

test('a download keeps more in flight even if its consumer is sometimes slower', () => {
  const pace = new DownloadPace(PART_SIZE);
  for (let now = 0, nth = 0; now < 2_000; nth += 1) {
    // As many parts in each 40 ms as are in flight.
    now += 40 / pace.width;
    pace.answered({ now, bytes: PART_SIZE, connections: 1, heldBack: nth % 3 === 0 });
  }
  assert.ok(pace.width >= 27, `${pace.width}`);
});

test('a request is late when later ones overtook it, or after much longer; never before any was answered', () => {
  const lateness = new Lateness();
  const first = lateness.start(0, 4);
  assert.ok(!lateness.isLate(first, 1_000_000));
  for (let nth = 0; nth < 6; nth += 1) lateness.answered(100);
  assert.ok(!lateness.isLate(first, 4_999));
  assert.ok(lateness.isLate(first, 5_000));
  lateness.answered(100);
  assert.ok(!lateness.isLate(first, 999));
  assert.ok(lateness.isLate(first, 1_000));
  for (let nth = 0; nth < 60; nth += 1) lateness.answered(3_000);
  assert.ok(!lateness.isLate(first, 11_000), 'everything is slow');
});

test('a pulse without signs of life asks, then gives up; it distinguishes signs, answers and idleness', () => {
  const vitals = { signs: 5, proven: true, outstanding: 1 };
  const pulse = new Pulse(0, 'close');
  assert.equal(pulse.judge({ ...vitals, now: 1_000 }), undefined);
  assert.equal(pulse.judge({ ...vitals, now: 10_999 }), undefined);
  assert.equal(pulse.judge({ ...vitals, now: 11_000 }), 'ping');
  assert.equal(pulse.judge({ ...vitals, now: 12_000 }), undefined);
  assert.equal(pulse.judge({ ...vitals, signs: 6, now: 25_999 }), undefined);
  assert.equal(pulse.judge({ ...vitals, signs: 6, now: 36_000 }), 'ping');
  assert.equal(pulse.judge({ ...vitals, signs: 6, now: 50_999 }), undefined);
  assert.ok(pulse.judge({ ...vitals, signs: 6, now: 51_000 }) instanceof SilenceError);
  const slow = new Pulse(0, 'close');
  for (let now = 0; now < 3_600_000; now += 9_000) {
    assert.equal(
      slow.judge({ ...vitals, signs: now, now }),
      undefined,
      'a server that lives is not given up',
    );
  }
  assert.ok(new Pulse(0, 'keep').judge({ ...vitals, proven: false, now: 15_000 }) instanceof SilenceError);
});

test('an idle connection is closed, or kept and pinged once a minute, whatever comes meanwhile', () => {
  const idle = { signs: 0, proven: true, outstanding: 0 };
  assert.ok(new Pulse(0, 'close').judge({ ...idle, now: 30_000 }) instanceof Error);
  const kept = new Pulse(0, 'keep');
  assert.equal(kept.judge({ ...idle, now: 59_000 }), undefined);
  assert.equal(kept.judge({ ...idle, now: 60_000 }), 'ping');
  assert.equal(kept.judge({ ...idle, signs: 1, now: 61_000 }), undefined);
  assert.equal(
    kept.judge({ ...idle, signs: 1, outstanding: 1, now: 90_000 }),
    undefined,
    'only now one is due',
  );
  assert.equal(kept.judge({ ...idle, signs: 2, now: 119_000 }), undefined);
  assert.equal(kept.judge({ ...idle, signs: 3, now: 120_000 }), 'ping');
  assert.equal(kept.judge({ ...idle, signs: 3, outstanding: 1, now: 134_000 }), undefined);
  assert.ok(kept.judge({ ...idle, signs: 3, outstanding: 1, now: 135_000 }) instanceof SilenceError);
});

test("message ids always rise, whatever the clock does, and carry the server's time", () => {
  const jumps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(jumps, (steps) => {
      let ms = 1_700_000_000_000;
      const clock = { now: () => ms, monotonic: () => 0, sleep: async () => {} };
      const numbers = new MessageNumbers(clock, { offsetMs: 0 });
      let last = 0n;
      for (const step of steps) {
        ms += step;
        const id = numbers.nextId();
        assert.ok(id > last && id % 4n === 0n);
        last = id;
      }
    }),
  );
  const clock = new FakeClock();
  const time = { offsetMs: 0 };
  const numbers = new MessageNumbers(clock, time);
  const theirs = 1_600_000_000n << 32n;
  numbers.correctTime(theirs);
  numbers.restart();
  assert.equal(numbers.nextId() >> 32n, 1_600_000_000n);
  assert.deepEqual([numbers.nextSeqno(false), numbers.nextSeqno(true), numbers.nextSeqno(true)], [0, 1, 3]);
});

test('an id counts only once, even if it is older than all that are remembered', () => {
  const ids = new ReceivedIds();
  for (let id = 1n; id <= 2_000n; id += 1n) assert.ok(ids.add(id));
  assert.ok(!ids.add(2_000n) && !ids.add(1_500n) && !ids.add(3n));
  assert.ok(ids.has(1_999n));
});

test("a salt is used while it is valid, and the server's word overrides it", () => {
  const clock = new FakeClock();
  const salts = new Salts(clock, { offsetMs: 0 });
  const now = clock.now() / 1000;
  assert.equal(salts.current, 0n);
  assert.ok(salts.wantsMore);
  salts.learn([
    { validSince: now + 1800, validUntil: now + 5400, salt: 2n },
    { validSince: now - 10, validUntil: now + 3600, salt: 1n },
  ]);
  assert.deepEqual([salts.current, salts.wantsMore], [1n, false]);
  const later = new Salts(clock, { offsetMs: 2_000_000 });
  later.learn([
    { validSince: now - 10, validUntil: now + 3600, salt: 1n },
    { validSince: now + 1800, validUntil: now + 5400, salt: 2n },
  ]);
  assert.equal(later.current, 2n);
  later.correct(9n);
  assert.deepEqual([later.current, later.wantsMore], [9n, true]);
});
