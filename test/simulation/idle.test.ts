import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MIB } from '../../lib/base/bytes.js';
import { CUT_TAKES_MS, idlePlanOf } from './idle-plan.js';
import { IdleScene } from './idle-scene.js';
import { faultsOf, type IdleOutcome } from './idle-verdict.js';

const vitals = {
  rssBytes: 80 * MIB,
  heapBytes: 20 * MIB,
  resources: { Timeout: 1, TCPSocketWrap: 1 },
  cpuSeconds: 3,
};
const cut = { noticedAfter: 74.9, connectedAfter: 1.1, atClient: 1, atSandbox: 1 };
const good: IdleOutcome = {
  seconds: 3600,
  posts: [
    { text: 'a', live: true },
    { text: 'b', live: false },
    { text: 'c', live: true },
  ],
  heard: ['a', 'c'],
  cuts: [cut],
  first: vitals,
  last: vitals,
  sentBytes: 12_000,
  connectionsMade: 1,
  requests: { 'help.GetConfig': 1, 'upload.GetFile': 0 },
  cpuSeconds: 2,
  warnings: [],
  troubles: [],
};

test("cuts leave time to be noticed, don't coincide with a push, and follow from the seed", () => {
  const sizes = fc.record({ seed: fc.string(), minutes: fc.integer({ min: 3, max: 90 }), cuts: fc.nat(2) });
  fc.assert(
    fc.property(sizes, (options) => {
      const plan = idlePlanOf(options);
      assert.deepEqual(idlePlanOf(options), plan);
      assert.deepEqual([plan.posts.length, plan.cuts.length], [options.minutes, options.cuts]);
      for (const [nth, at] of plan.cuts.entries()) {
        assert.ok(at >= 0 && at + CUT_TAKES_MS - 3_000 <= (plan.cuts[nth + 1] ?? plan.lengthMs));
        assert.ok(plan.posts.every((post) => Math.abs(post - at) >= 3_000));
      }
    }),
  );
  assert.throws(() => idlePlanOf({ seed: '1', minutes: 2, cuts: 2 }), /2 cuts need 3 minutes/);
});

test('an idle hour is judged: nothing is said about a good one, and one sentence about each fault', () => {
  assert.deepEqual(faultsOf(good), []);
  const cases: readonly (readonly [Partial<IdleOutcome>, RegExp])[] = [
    [{ heard: ['a'] }, /did not arrive though the connection was live: c\./],
    [{ heard: ['c', 'a'] }, /once each and in order: c, a\./],
    [{ heard: ['a', 'a', 'c'] }, /once each and in order: a, a, c\./],
    [{ cuts: [{ ...cut, noticedAfter: undefined }] }, /Cut 1 was not noticed/],
    [{ cuts: [{ ...cut, noticedAfter: 81 }] }, /Cut 1 was noticed after 81 s/],
    [{ cuts: [{ ...cut, connectedAfter: undefined }] }, /did not connect again/],
    [{ cuts: [{ ...cut, connectedAfter: 11 }] }, /took 11 s to connect again/],
    [{ cuts: [{ ...cut, atClient: 2 }] }, /the client holds 2 connections/],
    [{ cuts: [{ ...cut, atSandbox: 2 }] }, /the sandbox holds 2 connections/],
    [{ last: { ...vitals, heapBytes: 22 * MIB } }, /The heap grew/],
    [{ last: { ...vitals, rssBytes: 97 * MIB } }, /RSS grew/],
    [
      { last: { ...vitals, resources: { Timeout: 2, TCPSocketWrap: 1 } } },
      /2 × Timeout at the end, and had 1/,
    ],
    [{ connectionsMade: 48 }, /made 48 connections/],
    [{ requests: { 'help.GetConfig': 1, 'users.GetUsers': 3 } }, /calls of its own: .*"users.GetUsers":3/],
    [{ sentBytes: 60_000 }, /sent 60000 bytes/],
    [{ cpuSeconds: 40 }, /used 40\.0 s of CPU/],
    [{ warnings: ['warn key_unknown'] }, /a warning: warn key_unknown/],
    [{ troubles: ['an unhandled rejection: x'] }, /trouble: an unhandled rejection/],
  ];
  for (const [change, words] of cases) {
    const [fault = '', ...others] = faultsOf({ ...good, ...change });
    assert.match(fault, words);
    assert.deepEqual(others, []);
  }
});

test('an idle client carries a file between DCs through the relays, hears pushes, and ends by itself', async (t) => {
  const scene = await IdleScene.open('idle');
  t.after(() => scene.close());
  const { due, got } = await scene.carry();
  assert.match(due, /^[0-9a-f]{64}$/);
  assert.equal(got, due);
  assert.ok(scene.wire.open >= 3, 'a connection for calls and pushes, one for each direction of parts');
  assert.ok(scene.wire.up > 12 * MIB && scene.wire.down > 12 * MIB);
  scene.post('one');
  scene.post('two');
  await scene.client.ask('call', null);
  assert.deepEqual(scene.client.heard.slice(-2), ['one', 'two']);
  const { resources } = await scene.client.ask('vitals', { collectGarbage: true });
  assert.equal(resources['TCPSocketWrap'], scene.wire.open);
  assert.ok(await scene.client.end());
  assert.deepEqual([scene.client.warnings, scene.client.troubles], [[], []]);
});
