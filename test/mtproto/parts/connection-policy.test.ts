import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConnectionPolicy } from '../../../lib/mtproto/parts/connection-policy.js';

const eight = (): ConnectionPolicy => new ConnectionPolicy({ most: () => 8 });

/** Answers of `carrying` connections, one a second, over `seconds` from `from` on. */
function carry(policy: ConnectionPolicy, carrying: number, from: number, seconds: number): void {
  for (let nth = 1; nth <= seconds; nth += 1) policy.answered(from + nth * 1_000, carrying);
}

test('as many connections are allowed as there may be at most, from the first part on', () => {
  let most = 8;
  const policy = new ConnectionPolicy({ most: () => most });
  assert.equal(policy.allowed, 8);
  most = 3;
  assert.equal(policy.allowed, 3);
});

test('a failure takes one place, several at about the same time take one together', () => {
  const policy = eight();
  for (let nth = 0; nth < 8; nth += 1) policy.failed({ now: nth * 600, carried: true, staying: 7 - nth });
  assert.equal(policy.allowed, 7);
  policy.failed({ now: 5_000, carried: true, staying: 0 });
  assert.equal(policy.allowed, 6);
});

test('connections that are refused take a place each', () => {
  const policy = eight();
  for (const staying of [7, 6, 5, 4]) policy.failed({ now: 0, carried: false, staying });
  assert.equal(policy.allowed, 4);
});

test('the last place is never taken, and a connection that does not answer makes room for another', () => {
  const policy = eight();
  for (let nth = 0; nth < 20; nth += 1)
    policy.failed({ now: nth * 10_000, carried: nth % 2 === 0, staying: 0 });
  assert.equal(policy.allowed, 1);
  policy.another();
  assert.equal(policy.allowed, 2);
  const free = eight();
  free.another();
  assert.equal(free.allowed, 8);
});

test('a place is tried again five seconds after a failure, then ever later, a minute at most', () => {
  const policy = eight();
  const pauses: number[] = [];
  let now = 0;
  for (let nth = 0; nth < 6; nth += 1) {
    policy.failed({ now, carried: false, staying: 7 });
    const failedAt = now;
    while (policy.allowed < 8) {
      now += 500;
      policy.answered(now, 7);
    }
    pauses.push((now - failedAt) / 1_000);
  }
  assert.deepEqual(pauses, [5, 10, 20, 40, 60, 60]);
  now += 2 * 60_000;
  policy.failed({ now, carried: false, staying: 7 });
  carry(policy, 7, now, 5);
  assert.equal(policy.allowed, 8, 'after a long peace the first pause is short again');
});

test('after an outage the places double every five seconds', () => {
  const policy = eight();
  policy.failed({ now: 0, carried: false, staying: 0 });
  carry(policy, 1, 0, 9);
  assert.equal(policy.allowed, 2);
  carry(policy, 2, 9_000, 1);
  assert.equal(policy.allowed, 4);
  carry(policy, 4, 10_000, 5);
  assert.equal(policy.allowed, 8);
});

test('good are the most that carried at once and that have not failed since', () => {
  const policy = eight();
  assert.equal(policy.good, 0);
  policy.answered(0, 5);
  policy.answered(1, 2);
  assert.equal(policy.good, 5);
  policy.failed({ now: 10_000, carried: false, staying: 5 });
  assert.equal(policy.good, 5);
  policy.failed({ now: 20_000, carried: false, staying: 3 });
  assert.equal(policy.good, 3);
});

test('a server that closes connections above its own limit is met by trials that are few', () => {
  const limits = fc.record({
    theirs: fc.integer({ min: 1, max: 8 }),
    seconds: fc.integer({ min: 60, max: 3_600 }),
  });
  fc.assert(
    fc.property(limits, ({ theirs, seconds }) => {
      const policy = eight();
      let failures = 0;
      for (let second = 0; second < seconds; second += 1) {
        const now = second * 1_000;
        if (policy.allowed > theirs) {
          policy.failed({ now, carried: false, staying: theirs });
          failures += 1;
        }
        policy.answered(now, Math.min(theirs, policy.allowed));
        assert.ok(policy.allowed >= 1 && policy.allowed <= 8);
      }
      assert.ok(failures <= 6 + seconds / 60, `${failures} failures in ${seconds} s`);
      assert.ok(policy.allowed >= theirs, `${policy.allowed} of ${theirs}`);
    }),
  );
});
