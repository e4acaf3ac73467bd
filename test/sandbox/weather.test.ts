import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Caller, type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { FAIR_WEATHER, WEATHER_FLAGS, type WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { SandboxWeather } from '../../lib/sandbox/weather/weather.js';
import { FakeClock } from '../support/fake-clock.js';

function callerOf(userId: number | undefined): Caller {
  const key = { id: 1n, key: Buffer.alloc(256), userId };
  return { dcId: 1, key, sessionId: 1n, connectionId: 1, layer: 0, withoutUpdates: false };
}

const ME = callerOf(7);

function openWeather(options: Partial<WeatherOptions>, seed = 'storm') {
  const clock = new FakeClock();
  const weather = new SandboxWeather({ seed, clock, options });
  const words = (method: string, request: unknown = {}, caller = ME): string =>
    wordsOf(weather.fate(method, request, caller));
  return { clock, weather, words };
}

function wordsOf(fate: Fate): string {
  return fate.kind === 'refuse' ? `${fate.error.code} ${fate.error.message}` : fate.kind;
}

test('fair weather lets everything pass', () => {
  const { weather, words } = openWeather({});
  for (let nth = 0; nth < 200; nth += 1) assert.equal(words('messages.SendMessage'), 'pass');
  assert.deepEqual([weather.latencyMs, weather.bytesPerSecond, weather.report().faults], [0, undefined, {}]);
});

test('a seed replays its faults, whatever comes in between, and each kind comes as often as its rate says', () => {
  const rates = { dropBeforeRate: 0.1, dropAfterRate: 0.1, resetRate: 0.1, error500Rate: 0.1, lateRate: 0.1 };
  const draw = (seed: string, between: number): string[] => {
    const { words } = openWeather(rates, seed);
    return Array.from({ length: 2000 }, () => {
      for (let other = 0; other < between; other += 1) words('users.GetUsers');
      return words('upload.GetFile');
    });
  };
  const drawn = draw('one', 0);
  assert.deepEqual(draw('one', 1), drawn);
  assert.notDeepEqual(draw('two', 0), drawn);
  const kinds = drawn.map((fate) => (/^-?\d/.test(fate) ? '500' : fate));
  for (const kind of ['drop-before', 'drop-after', 'reset', '500', 'late']) {
    const share = kinds.filter((other) => other === kind).length / kinds.length;
    assert.ok(share > 0.07 && share < 0.13, `${kind} came at a rate of ${share}`);
  }
});

test('faults inside the server use all of their words', () => {
  const { words, weather } = openWeather({ error500Rate: 1 });
  const seen = new Set(Array.from({ length: 200 }, () => words('upload.GetFile')));
  for (const expected of ['500 INTERNAL', '500 RPC_CALL_FAIL', '-503 Timeout']) assert.ok(seen.has(expected));
  assert.ok(seen.has('500 WORKER_BUSY_TOO_LONG_RETRY'));
  assert.equal(
    Object.values(weather.report().faults).reduce((sum, count) => sum + count, 0),
    200,
  );
});

test('chance hits only the methods it is meant for', () => {
  const { words } = openWeather({ resetRate: 1, faultMethods: ['upload.*', 'messages.SendMedia'] });
  assert.equal(words('upload.SaveBigFilePart'), 'reset');
  assert.equal(words('messages.SendMedia'), 'reset');
  assert.equal(words('messages.SendMessage'), 'pass');
});

test("a message budget gives FLOOD_WAIT_X to the end of the window, counts an album's items, and is separate for each account", async () => {
  const { clock, words, weather } = openWeather({ messageBudget: 5, messageWindowSeconds: 30 });
  assert.equal(words('messages.SendMessage'), 'pass');
  await clock.advance(10_500);
  assert.equal(words('messages.SendMultiMedia', { multiMedia: [1, 2, 3] }), 'pass');
  assert.equal(words('messages.SendMultiMedia', { multiMedia: [1, 2] }), '420 FLOOD_WAIT_20');
  assert.equal(words('messages.SendMedia'), 'pass');
  for (let again = 0; again < 3; again += 1) assert.equal(words('messages.SendMedia'), '420 FLOOD_WAIT_20');
  assert.equal(words('messages.SendMedia', {}, callerOf(8)), 'pass');
  assert.equal(words('messages.GetHistory'), 'pass');
  await clock.advance(19_500);
  assert.equal(words('messages.SendMedia'), 'pass');
  assert.deepEqual(weather.report().faults, { FLOOD_WAIT_X: 4 });
});

test('no window ever exceeds its budget', () => {
  const steps = fc.array(fc.record({ ms: fc.nat(3000), items: fc.integer({ min: 1, max: 4 }) }));
  fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 4, max: 9 }), async (requests, messageBudget) => {
      const { clock, weather } = openWeather({ messageBudget, messageWindowSeconds: 5 });
      let end = 0;
      let passed = 0;
      for (const { ms, items } of requests) {
        await clock.advance(ms);
        if (clock.monotonic() >= end) {
          end = clock.monotonic() + 5000;
          passed = 0;
        }
        const fate = weather.fate('messages.SendMultiMedia', { multiMedia: Array(items) }, ME);
        if (fate.kind === 'pass') passed += items;
        else assert.equal(wordsOf(fate), `420 FLOOD_WAIT_${Math.ceil((end - clock.monotonic()) / 1000)}`);
        assert.ok(passed <= messageBudget);
      }
    }),
    { numRuns: 50 },
  );
});

test('a byte budget gives FLOOD_PREMIUM_WAIT_X for parts and reads alike', () => {
  const { words } = openWeather({ byteBudget: 1000, byteWindowSeconds: 3 });
  assert.equal(words('upload.GetFile', { limit: 600 }), 'pass');
  assert.equal(words('upload.SaveFilePart', { bytes: Buffer.alloc(400) }), 'pass');
  assert.equal(words('upload.SaveBigFilePart', { bytes: Buffer.alloc(1) }), '420 FLOOD_PREMIUM_WAIT_3');
  assert.equal(words('upload.GetFile', { limit: 1 }), '420 FLOOD_PREMIUM_WAIT_3');
  assert.equal(words('messages.SendMessage'), 'pass');
});

test('slow mode allows one send to each group in its seconds', async () => {
  const { clock, words } = openWeather({ slowmodeSeconds: 10 });
  const to = (channelId: number) => ({ peer: { channelId } });
  assert.equal(words('messages.SendMessage', to(1)), 'pass');
  await clock.advance(2500);
  assert.equal(words('messages.SendMedia', to(1)), '420 SLOWMODE_WAIT_8');
  assert.equal(words('messages.SendMedia', to(2)), 'pass');
  assert.equal(words('messages.SendMedia', { peer: { userId: 3 } }), 'pass');
  await clock.advance(7500);
  assert.equal(words('messages.SendMedia', to(1)), 'pass');
});

test('requests dropped unseen cost nothing of a budget, and those carried out do', () => {
  const once = (fate: 'dropBeforeRate' | 'dropAfterRate' | 'lateRate'): string => {
    const { weather, words } = openWeather({ messageBudget: 1, [fate]: 1 });
    words('messages.SendMessage');
    weather.change({ [fate]: 0 });
    return words('messages.SendMessage');
  };
  assert.equal(once('dropBeforeRate'), 'pass');
  assert.equal(once('dropAfterRate'), '420 FLOOD_WAIT_60');
  assert.equal(once('lateRate'), '420 FLOOD_WAIT_60');
});

test('a late answer comes after its seconds, and until then a repeat belongs to a running call', async () => {
  const { clock, weather } = openWeather({ lateRate: 1, lateSeconds: 40, faultMethods: ['messages.*'] });
  const album = { multiMedia: [{ randomId: toLong(5n) }, { randomId: toLong(-6n) }] };
  const fate = weather.fate('messages.SendMultiMedia', album, ME);
  assert.deepEqual(fate, { kind: 'late', ms: 40_000 });
  const another = callerOf(7);
  const running = () => [5n, -6n, 7n].map((randomId) => weather.randomIds.isRunning(randomId, another));
  await clock.advance(39_999);
  assert.deepEqual(running(), [true, true, false]);
  assert.equal(weather.randomIds.isRunning(5n, ME), false, 'the call itself is no repeat');
  await clock.advance(1);
  assert.deepEqual(running(), [false, false, false]);
  assert.deepEqual(weather.report().faults, { late: 1 });
});

test('a random_id is known for its seconds, or for ever', () => {
  const { clock, weather } = openWeather({ randomIdSeconds: 30 });
  const now = clock.now() / 1000;
  assert.deepEqual([weather.randomIds.knows(now - 29), weather.randomIds.knows(now - 30)], [true, false]);
  weather.change({ randomIdSeconds: 0 });
  assert.equal(weather.randomIds.knows(now - 1_000_000), true);
  assert.deepEqual(weather.report().faults, { 'random-id-forgotten': 1 });
});

test('a script hits exactly where it says', () => {
  const { weather, words } = openWeather({});
  const error = new RpcError(400, 'FILE_PART_3_MISSING');
  const dropped = weather.script({ method: 'upload.GetFile', nth: 3, fate: { kind: 'drop-after' } });
  const refused = weather.script({
    method: 'messages.SendMedia',
    times: 2,
    match: (request) => (request as { mine: boolean }).mine,
    fate: { kind: 'refuse', error },
  });
  const cancelled = weather.script({ method: 'upload.GetFile', fate: { kind: 'reset' } });
  cancelled.cancel();
  assert.deepEqual(
    [1, 2, 3, 4].map(() => words('upload.GetFile')),
    ['pass', 'pass', 'drop-after', 'pass'],
  );
  assert.deepEqual([dropped.seen, dropped.done, refused.done], [3, true, false]);
  const asked = [true, false, true, true].map((mine) => words('messages.SendMedia', { mine }));
  assert.deepEqual(asked, ['400 FILE_PART_3_MISSING', 'pass', '400 FILE_PART_3_MISSING', 'pass']);
  assert.deepEqual(weather.report().faults, { 'drop-after': 1, FILE_PART_X_MISSING: 2 });
});

test("uploads that can be used once are refused in the option's words, with their code, and counted", () => {
  const { weather } = openWeather({});
  assert.equal(weather.usedUpload(), undefined);
  const answers = (['INTERNAL', 'MEDIA_EMPTY', 'FILE_PARTS_INVALID'] as const).map((oneShotUploads) => {
    weather.change({ oneShotUploads });
    const { code, message } = weather.usedUpload() ?? assert.fail();
    return `${code} ${message}`;
  });
  assert.deepEqual(answers, ['500 INTERNAL', '400 MEDIA_EMPTY', '400 FILE_PARTS_INVALID']);
  assert.deepEqual(weather.report().faults, { 'used-upload': 3 });
});

test('options out of range are refused by name', () => {
  assert.throws(() => openWeather({ latencyMs: -1 }), /latencyMs/);
  assert.throws(() => openWeather({ dropAfterRate: 1.5 }), /dropAfterRate/);
  assert.throws(() => openWeather({ resetRate: Number.NaN }), /resetRate/);
  assert.throws(() => openWeather({ dropAfterRate: 0.7, resetRate: 0.7 }), /1\.4/);
  assert.throws(() => openWeather({ byteWindowSeconds: 0 }), /byteWindowSeconds/);
  const word = 'FLOOD' as WeatherOptions['oneShotUploads'];
  assert.throws(() => openWeather({ oneShotUploads: word }), /oneShotUploads must be none, INTERNAL, /);
  assert.throws(() => openWeather({ lateSeconds: 0 }), /lateSeconds/);
  assert.throws(() => openWeather({ lateRate: 0.7, error500Rate: 0.7 }), /1\.4/);
  assert.throws(() => openWeather({ randomIdSeconds: -1 }), /randomIdSeconds/);
});

test('every option has its flag', () => {
  assert.deepEqual(WEATHER_FLAGS.map(({ key }) => key).sort(), Object.keys(FAIR_WEATHER).sort());
  assert.equal(new Set(WEATHER_FLAGS.map(({ flag }) => flag)).size, WEATHER_FLAGS.length);
});
