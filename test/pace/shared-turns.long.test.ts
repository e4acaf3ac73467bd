import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, type SharedJob, type SharedRun, simulateSenders } from '../support/several-senders.js';

const MINUTE = 60_000;
const INTERVAL_MS = 1_300;

const job = (more: Partial<SharedJob>): SharedJob => ({
  seed: 'turns',
  weather: {},
  minIntervalMs: INTERVAL_MS,
  sends: [1],
  durationMs: 10 * MINUTE,
  begins: [0],
  tableMs: 3,
  ...more,
});

/** How much sooner a send came than its interval after the one before it allows, at most; in milliseconds. */
function mostTooSoon({ sends }: SharedRun): number {
  const ordered = [...sends].sort((one, other) => one.sentAt - other.sentAt);
  const tooSoon = ordered.slice(1).map(({ sentAt }, index) => {
    const before = ordered[index];
    return before ? before.sentAt + before.items * INTERVAL_MS - sentAt : 0;
  });
  return Math.max(...tooSoon);
}

for (const sends of [[1], [1, 10, 3]]) {
  test(`processes whose clocks are hours apart send ${sends.join()} messages together as one would`, async () => {
    const alone = await simulateSenders(job({ sends }));
    const together = await simulateSenders(job({ sends, begins: [0, 500, 90_000] }));
    // The time between the clocks is known as well as a round trip to the table is short.
    assert.ok(mostTooSoon(together) <= 20, `${mostTooSoon(together)} ms too soon`);
    const most = messagesOf(alone) + Math.max(...sends);
    assert.ok(messagesOf(together) <= most, `${messagesOf(together)} of ${most}`);
    assert.ok(messagesOf(together) >= messagesOf(alone) * 0.97, `${messagesOf(together)} of ${most}`);
    const shares = [0, 1, 2].map((by) => together.sends.filter((send) => send.by === by).length);
    const [least, largest] = [Math.min(...shares), Math.max(...shares)];
    assert.ok(least > largest / 2, `each has its share: ${shares.join()}`);
  });
}

test('what floods teach holds for the account: together its processes send what one alone would, and no more', async () => {
  for (const [minIntervalMs, messageBudget] of [
    [0, 20],
    [1_300, 30],
    [500, 90],
  ] as const) {
    const weather = { messageBudget, messageWindowSeconds: 60 };
    const settings = { weather, minIntervalMs, durationMs: 60 * MINUTE };
    const alone = await simulateSenders(job(settings));
    const together = await simulateSenders(job({ ...settings, begins: [0, 700, 90_000] }));
    const least = messagesOf(alone) * 0.95;
    assert.ok(messagesOf(together) >= least, `${messagesOf(together)} of ${messagesOf(alone)}`);
    const late = together.refusals.filter(({ sentAt }) => sentAt > 10 * MINUTE);
    assert.ok(late.length <= 3, `${late.length} refusals after the first ten minutes`);
    // Each may have a message on its way when the first is refused.
    const early = together.refusals.length - late.length;
    const most = 3 * (alone.refusals.length + 2);
    assert.ok(early <= most, `${early} refusals, where one alone has ${alone.refusals.length}`);
  }
});

test('a flood that one process meets holds the others, which send nothing before it is over', async () => {
  const weather = { messageBudget: 12, messageWindowSeconds: 600 };
  const run = await simulateSenders(job({ weather, begins: [0, 400, 60_000], durationMs: 9 * MINUTE }));
  assert.equal(messagesOf(run), 12);
  const [first] = run.refusals;
  assert.equal(run.refusals.length, 1, 'the third begins during the flood, and asks for nothing');
  const held = run.waits.filter(({ metOn }) => metOn !== undefined);
  assert.deepEqual(
    held.map(({ by, metOn, kind }) => ({ by, metOn, kind })),
    [0, 1, 2]
      .filter((by) => by !== first?.by)
      .map((by) => ({ by, metOn: `host-${first?.by}`, kind: 'flood' })),
  );
});
