import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { MessagePace } from '../../lib/pace/message-pace.js';
import { paceState, paceText } from '../../lib/pace/pace-state.js';
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

interface Scene {
  readonly clock: FakeClock;
  readonly table: PaceInMemory;
  process(name: string, log?: Log): Process;
}

interface Process {
  readonly shared: SharedPace;
  readonly pacer: SendPacer;
  readonly waits: Wait[];
  call(method: string, answer?: () => void): Promise<void>;
}

function openScene(): Scene {
  const clock = new FakeClock();
  const table = new PaceInMemory(clock);
  return {
    clock,
    table,
    process(name, log = silentLog) {
      const options = { table, host: name, clock, random: systemRandom, log, accountId: ACCOUNT };
      const shared = new SharedPace(options);
      const waits: Wait[] = [];
      const onWait = (wait: Wait): void => {
        pacer.met(wait);
        shared.met(wait);
        waits.push(wait);
      };
      const pacer = new SendPacer({ clock, shared, onWait });
      const patience = createPatience({ clock, random: { ...systemRandom, float: () => 0 }, shared, onWait });
      const call = (method: string, answer = () => {}): Promise<void> =>
        patience.run(method, async () => answer(), never);
      return { shared, pacer, waits, call };
    },
  };
}

/** Refuses once. */
function flooding(wire: string): () => void {
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    throw refusal(HISTORY, wire, 420);
  };
}

test('a flood of any method holds the same calls of other processes after five seconds, and of processes that begin', async () => {
  const { clock, process } = openScene();
  const [one, other] = [process('one'), process('other')];
  await clock.advance(10);
  const met = one.call(HISTORY, flooding('FLOOD_WAIT_60'));
  await clock.advance(5_000);
  const at: string[] = [];
  const note = (name: string) => (): void =>
    void at.push(`${name} at ${Math.round(clock.monotonic() / 1000)}`);
  const later = process('later');
  const calls = [other.call(HISTORY, note('other')), later.call(HISTORY, note('later'))];
  await other.call('messages.getMessages', note('another method'));
  await clock.advance(70_000);
  await Promise.all([met, ...calls]);
  assert.deepEqual(at.sort(), ['another method at 5', 'later at 60', 'other at 60']);
  for (const { waits } of [other, later]) {
    const [wait, ...more] = waits;
    assert.deepEqual(more, []);
    const { method, reason, kind, askedSeconds, attempt, metOn } = wait ?? {};
    assert.deepEqual(
      { method, reason, kind, askedSeconds, attempt, metOn },
      { method: HISTORY, reason: 'FLOOD_WAIT_60', kind: 'flood', askedSeconds: 60, attempt: 0, metOn: 'one' },
    );
  }
  assert.deepEqual(
    one.waits.map(({ metOn }) => metOn),
    [undefined],
  );
  for (const { shared } of [one, other, later]) await shared.close();
  assert.equal(clock.sleeping, 0);
});

test('slow mode and faults of the network are nothing to other processes', async () => {
  const { clock, table, process } = openScene();
  const [one, other] = [process('one'), process('other')];
  await clock.advance(10);
  const met = one.call('messages.sendMedia', flooding('SLOWMODE_WAIT_60'));
  const lost = one.call(HISTORY, flooding('INTERNAL'));
  await clock.advance(5_000);
  await other.call('messages.sendMedia');
  await other.call(HISTORY);
  await clock.advance(60_000);
  await Promise.all([met, lost]);
  assert.equal(table.writes, 0);
});

test('while nothing can be shared each process has its own turns; nothing fails, and the others learn of them later', async () => {
  const { clock, table, process } = openScene();
  const logged: string[] = [];
  const log = {
    ...silentLog,
    warn: (event: string) => logged.push(event),
    info: (event: string) => logged.push(event),
  };
  const [one, other] = [process('one', log), process('other')];
  for (const { pacer } of [one, other]) pacer.setFloor(1_000);
  await one.pacer.turn(1, never);
  table.fault = new Error('out of reach');
  const turns = [one.pacer.turn(5, never), one.pacer.turn(1, never)];
  const met = one.call(HISTORY, flooding('FLOOD_WAIT_60'));
  await clock.advance(6_500);
  await Promise.all(turns);
  assert.equal(clock.monotonic(), 6_500);
  assert.deepEqual(logged, ['pace_not_shared']);
  table.fault = undefined;
  await clock.advance(10_000);
  assert.deepEqual(logged, ['pace_not_shared', 'pace_shared_again']);
  const { rows } = (await table.read(ACCOUNT)) ?? { rows: [] };
  const turnsOfAll = paceState(rows.find(({ gate }) => gate === 'messages')?.learnt).turns ?? [];
  assert.deepEqual(
    turnsOfAll.map(([at, items]) => [at - 1_700_000_000_000, items]),
    [
      [0, 1],
      [1_000, 5],
      [6_000, 1],
    ],
  );
  assert.equal(rows.find(({ gate }) => gate === HISTORY)?.reason, 'FLOOD_WAIT_60');
  await clock.advance(60_000);
  await met;
});

test('a table that does not answer holds the first calls for two seconds, and the end of a command as long', async () => {
  const { clock, table, process } = openScene();
  table.read = () => new Promise(() => {});
  const one = process('one');
  let isAnswered = false;
  const call = one.call(HISTORY, () => {
    isAnswered = true;
  });
  await clock.advance(1_999);
  assert.equal(isAnswered, false);
  await clock.advance(1);
  await call;
  const met = one.call(HISTORY, flooding('FLOOD_WAIT_60'));
  await clock.advance(100);
  let isClosed = false;
  const closing = one.shared.close().then(() => {
    isClosed = true;
  });
  await clock.advance(1_999);
  assert.equal(isClosed, false);
  await clock.advance(1);
  await closing;
  await clock.advance(60_000);
  await met;
  assert.equal(clock.sleeping, 0);
});

test('a process that ends while it waits for its turn costs the others that turn, and no more', async () => {
  const { clock, process } = openScene();
  const [one, other] = [process('one'), process('other')];
  for (const { pacer } of [one, other]) pacer.setFloor(1_000);
  await one.pacer.turn(1, never);
  const ended = new AbortController();
  const waiting = one.pacer.turn(1, ended.signal);
  await clock.advance(500);
  ended.abort(new Error('ended'));
  await assert.rejects(waiting, /ended/);
  const at: number[] = [];
  const turns = [1, 2].map(() => other.pacer.turn(1, never).then(() => at.push(clock.monotonic())));
  await clock.advance(5_000);
  await Promise.all(turns);
  assert.deepEqual(at, [2_000, 3_000]);
});

test('without an interval nothing is asked for before a send, and news are written once a second', async () => {
  const { clock, table, process } = openScene();
  const one = process('one');
  await clock.advance(10);
  const before = clock.slept.length;
  for (let nth = 1; nth <= 300; nth += 1) await one.pacer.turn(1, never);
  assert.equal(clock.slept.length, before);
  assert.equal(table.writes, 0);
  await clock.advance(3_000);
  assert.equal(table.writes, 1);
  for (let nth = 1; nth <= 300; nth += 1) await one.pacer.turn(1, never);
  await one.shared.close();
  assert.equal(table.writes, 2);
  const { rows } = (await table.read(ACCOUNT)) ?? { rows: [] };
  assert.equal(paceState(rows[0]?.learnt).budget?.since?.items, 600);
});

test('what is known of turns is the same after it was written and read, and nothing when it is something else', () => {
  const pace = new MessagePace();
  const steps = [
    () => pace.take(100, 3, 10),
    () => pace.flooded({ sentAt: 100, items: 3, at: 200, endsAt: 60_200, resumesAt: 60_300 }, 10),
    () => pace.take(70_000.5, 4, 10),
    () => pace.flooded({ sentAt: 70_000.5, items: 4, at: 70_100, endsAt: 120_200, resumesAt: 120_300 }, 10),
    () => pace.calmFrom(200_000),
  ];
  for (const step of steps) {
    step();
    const read = new MessagePace(paceState(paceText(pace.state)));
    assert.deepEqual(JSON.parse(paceText(read.state)), JSON.parse(paceText(pace.state)));
    assert.equal(read.nextAt(130_000, 1, 10), pace.nextAt(130_000, 1, 10));
  }
  const nothing = paceText(new MessagePace().state);
  for (const text of [undefined, '', '{', '[]', '7', '{"turns":7,"budget":[],"flood":{"endsAt":"x"}}']) {
    assert.equal(paceText(new MessagePace(paceState(text)).state), nothing);
  }
});
