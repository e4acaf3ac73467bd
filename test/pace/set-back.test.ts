import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { createPatience } from '../../lib/pace/patience.js';
import { SendPacer } from '../../lib/pace/send-pacer.js';
import { SharedPace } from '../../lib/pace/shared-pace.js';
import type { Wait } from '../../lib/pace/wait.js';
import { refusal } from '../../lib/refusals/telegram-error.js';
import { FakeClock } from '../support/fake-clock.js';
import { PaceInMemory } from '../support/pace-in-memory.js';

const never = new AbortController().signal;
const ACCOUNT = 7;
const HISTORY = 'messages.getHistory';
const SEND = 'messages.sendMessage';
const HOUR = 3_600_000;

/** Processes of an account that share a table, whose clock can be set. */
function openScene() {
  const clock = new FakeClock();
  let aheadMs = 0;
  const tableClock: Clock = {
    now: () => clock.now() + aheadMs,
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
  const table = new PaceInMemory(tableClock);
  return {
    clock,
    table,
    /** By how much the table's clock is ahead from now on. */
    setTableClock(ms: number): void {
      aheadMs = ms;
    },
    process(host: string, minIntervalMs: number) {
      const shared = new SharedPace({
        table,
        host,
        clock,
        random: systemRandom,
        log: silentLog,
        accountId: ACCOUNT,
      });
      const onWait = (wait: Wait): void => {
        pacer.met(wait);
        shared.met(wait);
      };
      const pacer = new SendPacer({ clock, shared, onWait });
      pacer.setFloor(minIntervalMs);
      const patience = createPatience({ clock, random: { ...systemRandom, float: () => 0 }, shared, onWait });
      /** Resolves with the time at which the call was accepted; the first attempt is refused with `wire`. */
      const call = async (method: string, wire?: string): Promise<number> => {
        let isRefused = wire === undefined;
        if (method === SEND) await pacer.turn(1, never);
        await patience.run(
          method,
          async () => {
            if (isRefused) return;
            isRefused = true;
            throw refusal(method, wire ?? '', 420);
          },
          never,
        );
        if (method === SEND) pacer.answered();
        return clock.monotonic();
      };
      return { shared, pacer, call };
    },
  };
}

test('turns, windows and floods that were written before the clock was set back hold nobody up for longer than they last', async () => {
  const { clock, setTableClock, process } = openScene();
  setTableClock(3 * HOUR);
  const one = process('one', 1_000);
  const met = one.call(SEND, 'FLOOD_WAIT_30');
  await clock.advance(40_000);
  assert.equal(await met, 30_000);
  const again = one.call(SEND);
  await clock.advance(100);
  await again;
  await one.shared.close();
  setTableClock(0);
  const other = process('other', 1_000);
  const began = clock.monotonic();
  const sent = other.call(SEND);
  await clock.advance(60_000);
  assert.ok((await sent) - began <= 2_000, `${(await sent) - began} ms`);
  const next = other.call(SEND);
  await clock.advance(60_000);
  await next;
  await other.shared.close();
});

test('a wait that lasts longer than its reason explains holds nobody, and is gone from the table', async () => {
  const { clock, table, setTableClock, process } = openScene();
  setTableClock(3 * HOUR);
  const one = process('one', 0);
  const met = one.call(HISTORY, 'FLOOD_WAIT_60');
  await clock.advance(2_000);
  setTableClock(0);
  const other = process('other', 0);
  const began = clock.monotonic();
  const asked = other.call(HISTORY);
  await clock.advance(1_500);
  assert.equal((await asked) - began, 0);
  const { rows } = (await table.read(ACCOUNT)) ?? { rows: [] };
  assert.deepEqual(
    rows.map(({ gate, openAt }) => [gate, openAt]),
    [[HISTORY, undefined]],
  );
  await clock.advance(60_000);
  assert.equal(await met, 60_000, 'who was asked to wait does');
  for (const { shared } of [one, other]) await shared.close();
});

test('a clock that is set while somebody waits wakes who has nothing to wait for any more', async () => {
  for (const [method, floorMs] of [
    [HISTORY, 0],
    [SEND, 1_000],
  ] as const) {
    const { clock, setTableClock, process } = openScene();
    const one = process('one', floorMs);
    const met = one.call(method, 'FLOOD_WAIT_1800');
    await clock.advance(10_000);
    const other = process('other', floorMs);
    const sent = other.call(method);
    await clock.advance(10_000);
    setTableClock(HOUR);
    await clock.advance(15_000);
    assert.equal(clock.monotonic(), 35_000);
    const isSent = await Promise.race([sent.then(() => true), clock.sleep(0).then(() => false)]);
    assert.equal(isSent, true, method);
    await clock.advance(HOUR);
    await met;
    for (const { shared } of [one, other]) await shared.close();
  }
});

test('a process that waits while the clock is set back waits for one interval from then at most', async () => {
  const { clock, setTableClock, process } = openScene();
  setTableClock(3 * HOUR);
  const one = process('one', 60_000);
  const other = process('other', 60_000);
  await clock.advance(10);
  const first = one.call(SEND);
  await clock.advance(0);
  await first;
  const second = other.call(SEND);
  await clock.advance(20_000);
  setTableClock(0);
  await clock.advance(120_000);
  assert.ok((await second) >= 60_000 && (await second) <= 85_000, `${await second} ms`);
  for (const { shared } of [one, other]) await shared.close();
});

test('a job with a long interval keeps it, and holds no other job of the account', async () => {
  const { clock, process } = openScene();
  const slow = process('slow', 600_000);
  const fast = process('fast', 1_000);
  const at: Record<'slow' | 'fast', number[]> = { slow: [], fast: [] };
  const stop = new AbortController();
  const sending = (['slow', 'fast'] as const).map(async (name) => {
    const { pacer } = name === 'slow' ? slow : fast;
    for (;;) {
      await pacer.turn(1, stop.signal);
      at[name].push(clock.monotonic());
      pacer.answered();
    }
  });
  const ended = Promise.allSettled(sending);
  await clock.advance(1_900_000);
  stop.abort(new Error('ended'));
  await ended;
  assert.ok(at.slow.length >= 3 && at.slow.length <= 4, `${at.slow.length} of the slow job`);
  for (const [index, time] of at.slow.entries())
    assert.ok(time >= (at.slow[index - 1] ?? -Infinity) + 600_000, String(at.slow));
  assert.ok(at.fast.length >= 1_880, `${at.fast.length} of the fast job`);
  const all = [...at.slow, ...at.fast].sort((one, other) => one - other);
  for (const [index, time] of all.entries())
    assert.ok(time >= (all[index - 1] ?? -Infinity) + 1_000 - 1e-3, 'the shorter interval is between all');
  for (const { shared } of [slow, fast]) await shared.close();
});
