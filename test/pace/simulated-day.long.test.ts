// A day of sending, against the sandbox's own budgets, through the pacer and the patience of a clone. The pacer doesn't
// know the budgets: everything it knows, it has learned from the floods. A day takes about a second.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../lib/base/random.js';
import {
  DAY_MS,
  HOUR_MS,
  mostMessages,
  type SimulatedJob,
  simulateSends,
} from '../support/simulated-sends.js';

/** Messages with albums among them. */
function mixedSends(albumShare: number): number[] {
  const random = seededRandom('albums');
  return Array.from({ length: 997 }, () => (random.float() < albumShare ? random.integer(2, 10) : 1));
}

const single = [1];
const mixed = mixedSends(0.3);
const albums = [10];
const hourly = { messageBudget: 2000, messageWindowSeconds: 3600 };

type Day = Pick<SimulatedJob, 'weather' | 'sends'> & Partial<SimulatedJob>;

/** The user's floor is the default MIN_INTERVAL, 1.3 s, unless it is named. */
const DAYS: Readonly<Record<string, Day>> = {
  '20 a minute': { weather: { messageBudget: 20 }, sends: single },
  '20 a minute, with albums': { weather: { messageBudget: 20 }, sends: mixed },
  '20 a minute, nothing but albums of ten': { weather: { messageBudget: 20 }, sends: albums },
  '20 a minute, no floor': { weather: { messageBudget: 20 }, sends: single, minIntervalMs: 0 },
  '10 a minute, mostly albums, no floor': {
    weather: { messageBudget: 10 },
    sends: mixedSends(0.9),
    minIntervalMs: 0,
  },
  '46 a minute': { weather: { messageBudget: 46 }, sends: single },
  '46 a minute, with albums': { weather: { messageBudget: 46 }, sends: mixed },
  '50 a minute': { weather: { messageBudget: 50 }, sends: single },
  '50 a minute, a floor of 1 s': { weather: { messageBudget: 50 }, sends: single, minIntervalMs: 1000 },
  '50 a minute, a floor of 0.2 s': { weather: { messageBudget: 50 }, sends: single, minIntervalMs: 200 },
  '50 a minute, with albums, a floor of 1 s': {
    weather: { messageBudget: 50 },
    sends: mixed,
    minIntervalMs: 1000,
  },
  '2,000, then to the end of the hour': { weather: hourly, sends: single },
  '2,000, then to the end of the hour, with albums': { weather: hourly, sends: mixed },
  'slow mode of 10 s': { weather: { slowmodeSeconds: 10 }, sends: single },
  'slow mode of 10 s, with albums': { weather: { slowmodeSeconds: 10 }, sends: mixed },
  'slow mode of 60 s': { weather: { slowmodeSeconds: 60 }, sends: single },
  '46 a minute and slow mode of 5 s': { weather: { messageBudget: 46, slowmodeSeconds: 5 }, sends: single },
  '46 a minute over a slow and uneven line': {
    weather: { messageBudget: 46 },
    sends: single,
    wayMs: [20, 400],
  },
};

describe('over a day, at least 95 % of the budget is used, with at most one flood an hour after the first', () => {
  for (const [name, day] of Object.entries(DAYS)) {
    it(name, async (t) => {
      const job: SimulatedJob = { seed: name, minIntervalMs: 1300, durationMs: DAY_MS, ...day };
      const { messages, waits } = await simulateSends(job);
      const most = mostMessages(job);
      const floods = waits.filter(({ kind }) => kind !== 'transient').map(({ at }) => at);
      const later = floods.filter((at) => at > HOUR_MS);
      const inOneHour = mostInOneHour(later);
      t.diagnostic(
        `${messages} of ${most}: ${((messages * 100) / most).toFixed(1)} %; floods in the first hour: ` +
          `${floods.length - later.length}, later: ${later.length}, at most ${inOneHour} in an hour`,
      );
      assert.ok(messages >= 0.95 * most, `${messages} of ${most}`);
      assert.ok(inOneHour <= 1, `${inOneHour} floods in an hour`);
    });
  }
});

/** In any hour, not only in the hours that begin with the job. */
function mostInOneHour(floods: readonly number[]): number {
  return Math.max(
    0,
    ...floods.map((from) => floods.filter((at) => at >= from && at < from + HOUR_MS).length),
  );
}

it('a larger budget is noticed, and a smaller one is kept to', async () => {
  const minute = (messageBudget: number) => ({ messageBudget, messageWindowSeconds: 60 });
  for (const [first, then] of [
    [20, 40],
    [40, 20],
  ] as const) {
    const { waits, intervalMs } = await simulateSends({
      seed: `${first} to ${then}`,
      weather: minute(first),
      changes: [{ at: 6 * HOUR_MS, weather: minute(then) }],
      minIntervalMs: 1300,
      sends: single,
      durationMs: 14 * HOUR_MS,
    });
    assert.ok(Math.abs(intervalMs - 60_000 / then) < 200, `${intervalMs} ms for ${then} a minute`);
    assert.ok(mostInOneHour(waits.map(({ at }) => at).filter((at) => at > 8 * HOUR_MS)) <= 1);
  }
});

it('faults of the network cost no more than their own time', async () => {
  const weather = { messageBudget: 46, dropBeforeRate: 0.01, resetRate: 0.01, error500Rate: 0.01 };
  const job = { seed: 'faults', weather, minIntervalMs: 1300, sends: single, durationMs: DAY_MS / 4 };
  const { messages, waits } = await simulateSends(job);
  assert.ok(waits.some(({ kind }) => kind === 'transient'));
  assert.ok(messages >= 0.95 * mostMessages({ ...job, weather: { messageBudget: 46 } }), String(messages));
});
