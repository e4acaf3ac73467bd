import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { linkAbort } from '../../lib/base/abort.js';
import type { Random } from '../../lib/base/random.js';
import { createPatience } from '../../lib/pace/patience.js';
import type { Wait } from '../../lib/pace/wait.js';
import { connectionLost, TelegramError, timedOut } from '../../lib/refusals/telegram-error.js';
import { FakeClock } from '../support/fake-clock.js';

function randomAt(float: number): Random {
  return { float: () => float, integer: (low) => low, bytes: (count) => Buffer.alloc(count) };
}

function refusal(errorMessage: string, rpcCode = 420): TelegramError {
  return new TelegramError({ method: 'a.call', errorMessage, rpcCode });
}

function scene(float = 0, impatient = true) {
  const clock = new FakeClock({ impatient });
  const waits: Wait[] = [];
  const patience = createPatience({ clock, random: randomAt(float), onWait: (wait) => waits.push(wait) });
  const never = new AbortController();
  /** Fails with each error in turn, then answers. */
  const answerAfter = (errors: readonly Error[], method = 'messages.SendMedia') => {
    const left = [...errors];
    return patience.run(
      method,
      async () => {
        const error = left.shift();
        if (error) throw error;
        return 'answer';
      },
      never.signal,
    );
  };
  return { clock, waits, patience, answerAfter, never };
}

test('a flood is waited for as long as Telegram asks plus jitter, and reported with its method and end', async () => {
  const { clock, waits, answerAfter } = scene(0.5);
  const begun = clock.now();
  assert.equal(await answerAfter([refusal('FLOOD_WAIT_3')]), 'answer');
  assert.deepEqual(waits, [
    {
      method: 'messages.SendMedia',
      reason: 'FLOOD_WAIT_3',
      kind: 'flood',
      askedSeconds: 3,
      ms: 3500,
      until: begun + 3500,
      attempt: 1,
    },
  ]);
  assert.equal(clock.monotonic(), 3500);
});

test('jitter of a long flood is a twentieth, but never above half a minute', async () => {
  const { waits, answerAfter } = scene(1);
  await answerAfter([refusal('FLOOD_WAIT_100')], 'a');
  await answerAfter([refusal('FLOOD_WAIT_36000')], 'b');
  assert.deepEqual(
    waits.map(({ ms }) => ms),
    [105_000, 36_030_000],
  );
});

test('a repeated flood is waited for twice as long each time, up to ten minutes', async () => {
  const { waits, answerAfter } = scene();
  await answerAfter(Array.from({ length: 10 }, () => refusal('FLOOD_WAIT_3')));
  assert.deepEqual(
    waits.map(({ ms }) => ms / 1000),
    [3, 6, 12, 24, 48, 96, 192, 384, 600, 600],
  );
});

test('back-off never makes a wait shorter than Telegram asks', async () => {
  const { waits, answerAfter } = scene();
  await answerAfter([refusal('FLOOD_WAIT_3600'), refusal('FLOOD_WAIT_3500')]);
  assert.deepEqual(
    waits.map(({ ms }) => ms / 1000),
    [3600, 3500],
  );
});

test('a success ends the series, and another method has its own', async () => {
  const { waits, answerAfter } = scene();
  await answerAfter([refusal('FLOOD_WAIT_3'), refusal('FLOOD_WAIT_3')], 'a');
  await answerAfter([refusal('FLOOD_WAIT_3')], 'a');
  await answerAfter([refusal('FLOOD_WAIT_3')], 'b');
  assert.deepEqual(
    waits.map(({ ms }) => ms / 1000),
    [3, 6, 3, 3],
  );
});

test('a repeated FLOOD_WAIT_0 still backs off', async () => {
  const { waits, answerAfter } = scene();
  await answerAfter([refusal('FLOOD_WAIT_0'), refusal('FLOOD_WAIT_0'), refusal('FLOOD_WAIT_0')]);
  assert.deepEqual(
    waits.map(({ ms }) => ms / 1000),
    [0, 2, 4],
  );
});

test('a premium flood or slow mode is waited for as asked, however often it comes, and neither lengthens a flood', async () => {
  const { waits, answerAfter } = scene();
  await answerAfter([
    ...Array.from({ length: 5 }, () => refusal('FLOOD_PREMIUM_WAIT_4')),
    ...Array.from({ length: 3 }, () => refusal('SLOWMODE_WAIT_10')),
    refusal('FLOOD_WAIT_7'),
  ]);
  assert.deepEqual(
    waits.map(({ kind, ms }) => [kind, ms / 1000]),
    [
      ...Array.from({ length: 5 }, () => ['premium', 4]),
      ...Array.from({ length: 3 }, () => ['slowmode', 10]),
      ['flood', 7],
    ],
  );
});

test('calls that meet a flood together count as one flood, and later calls are held', async () => {
  const { clock, waits, patience, never } = scene(0, false);
  let refusing = true;
  const begun: number[] = [];
  const call = () =>
    patience.run(
      'upload.SaveBigFilePart',
      async () => {
        begun.push(clock.monotonic());
        await setImmediate();
        if (refusing) throw refusal('FLOOD_WAIT_5');
      },
      never.signal,
    );
  const together = [call(), call(), call()];
  await clock.advance(0);
  await clock.advance(1000);
  const later = call();
  await clock.advance(1000);
  assert.deepEqual(begun, [0, 0, 0]);
  refusing = false;
  await clock.advance(3000);
  await Promise.all([...together, later]);
  assert.deepEqual(begun, [0, 0, 0, 5000, 5000, 5000, 5000]);
  assert.equal(waits.length, 1);
});

/** Which of `methods` are called during the wait for a flood that `flooded` met. */
async function calledDuringFlood(flooded: string, methods: readonly string[]): Promise<string[]> {
  const { clock, patience } = scene(0, false);
  const called: string[] = [];
  const stop = linkAbort();
  patience.run(flooded, () => Promise.reject(refusal('FLOOD_WAIT_60')), stop.signal).catch(() => {});
  await clock.advance(0);
  for (const method of methods) {
    const call = async (): Promise<void> => void called.push(method);
    patience.run(method, call, stop.signal).catch(() => {});
  }
  await clock.advance(1000);
  stop.abort(new Error('enough'));
  return called;
}

test('a flood of sends holds every kind of send, but no transfer; a flood of bytes holds its direction, but no send', async () => {
  const sends = [
    'messages.sendMessage',
    'messages.sendMedia',
    'messages.sendMultiMedia',
    'messages.forwardMessages',
    'channels.createForumTopic',
  ];
  const uploads = ['upload.saveFilePart', 'upload.saveBigFilePart'];
  const downloads = ['upload.getFile', 'upload.getFileHashes'];
  const others = ['messages.uploadMedia', 'messages.getHistory'];
  const all = [...sends, ...uploads, ...downloads, ...others];
  for (const held of [sends, uploads, downloads]) {
    for (const flooded of held) {
      assert.deepEqual(
        await calledDuringFlood(flooded, all),
        all.filter((method) => !held.includes(method)),
        flooded,
      );
    }
  }
  assert.deepEqual(
    await calledDuringFlood('messages.uploadMedia', all),
    all.filter((method) => method !== 'messages.uploadMedia'),
  );
});

test('slow mode holds only its own call', async () => {
  const { clock, patience, never } = scene(0, false);
  let first = true;
  const slowed = patience.run(
    'm',
    async () => {
      if (first) {
        first = false;
        throw refusal('SLOWMODE_WAIT_60');
      }
    },
    never.signal,
  );
  await clock.advance(0);
  assert.equal(await patience.run('m', async () => 'other chat', never.signal), 'other chat');
  await clock.advance(60_000);
  await slowed;
});

test('transient faults back off from half a second, doubling to half a minute', async () => {
  const { waits, answerAfter } = scene(1);
  await answerAfter(Array.from({ length: 9 }, () => connectionLost('a.call')));
  assert.deepEqual(
    waits.map(({ ms }) => ms / 1000),
    [0.5, 1, 2, 4, 8, 16, 30, 30, 30],
  );
  assert.deepEqual(
    new Set(waits.map(({ kind, reason }) => `${kind} ${reason}`)),
    new Set(['transient CONNECTION_LOST']),
  );
  assert.deepEqual(
    waits.map(({ attempt }) => attempt),
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
});

test('ten minutes of nothing but transient faults end the call', async () => {
  const { clock, patience, never } = scene(1);
  const fault = connectionLost('a.call');
  await assert.rejects(
    patience.run('upload.GetFile', () => Promise.reject(fault), never.signal),
    (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.equal((error as Error & { code: string }).code, 'TELEGRAM_UNREACHABLE');
      assert.equal(error.cause, fault);
      assert.match(error.message, /upload\.GetFile.*10 minutes.*CONNECTION_LOST.*network/);
      return true;
    },
  );
  assert.ok(clock.monotonic() <= 600_000 && clock.monotonic() > 560_000, `${clock.monotonic()}`);
});

test('one missing answer for ten minutes is not ten minutes of faults: the call is repeated', async () => {
  const { clock, patience, never } = scene(1);
  const lost = connectionLost('a.call');
  const silent = async (): Promise<never> => {
    await clock.sleep(600_000, never.signal);
    throw timedOut('a.call');
  };
  const attempts = [() => Promise.reject(lost), silent, silent, silent, async () => 'done'];
  const attempt = (): Promise<string> => attempts.shift()?.() ?? Promise.reject(new Error('too often'));
  assert.equal(await patience.run('messages.sendMedia', attempt, never.signal), 'done');
  const forever = patience.run('messages.sendMedia', silent, never.signal);
  await assert.rejects(forever, { code: 'TELEGRAM_UNREACHABLE' });
});

test('ten minutes of answers that are errors are reported as such, and not blamed on the network', async () => {
  const fault = refusal('INTERNAL', 500);
  const lost = connectionLost('a.call');
  const endOf = async (faults: readonly Error[]): Promise<string> => {
    const { patience, never } = scene(1);
    let nth = 0;
    const attempt = () => Promise.reject(faults[nth++ % faults.length]);
    const ended = await patience.run('messages.sendMedia', attempt, never.signal).catch((error) => error);
    return `${ended.code}: ${ended.message}`;
  };
  const failing =
    /^TELEGRAM_FAILING: .* answered messages\.sendMedia with errors for 10 minutes \(INTERNAL\)/;
  assert.match(await endOf([fault]), failing);
  assert.doesNotMatch(await endOf([fault]), /check the network/);
  assert.match(await endOf([lost]), /^TELEGRAM_UNREACHABLE: Telegram has not answered .*check the network/);
  const mixed = [await endOf([fault, lost]), await endOf([lost, fault])];
  for (const words of mixed) assert.doesNotMatch(words, /has not answered|with errors for/, words);
});

test('a call may end at the first 500, after some time of 500s, or at one that comes after an unanswered attempt', async () => {
  const fault = refusal('INTERNAL', 500);
  const lost = timedOut('a.call');
  const run = async (answersMs: number, faults: readonly Error[]): Promise<number> => {
    const { clock, patience, never } = scene(1);
    const left = [...faults];
    let told = 0;
    const attempt = () => Promise.reject(left.shift() ?? fault);
    const onFault = (): void => {
      told += 1;
    };
    await assert.rejects(
      patience.run('m', attempt, never.signal, { answersMs, onFault }),
      (error) => error === fault,
    );
    assert.ok(told > faults.length);
    return clock.monotonic();
  };
  assert.equal(await run(0, []), 0);
  assert.equal(await run(60_000, []), 60_000);
  assert.equal(await run(60_000, [lost]), 500);
  assert.equal(await run(0, [lost, lost]), 1_500);
});

test('a flood among transient faults proves that the server is alive: the ten minutes start again', async () => {
  const { clock, answerAfter } = scene(1);
  const fault = (): Error[] => Array.from({ length: 20 }, () => refusal('INTERNAL', 500));
  assert.equal(await answerAfter([...fault(), refusal('FLOOD_WAIT_1'), ...fault()]), 'answer');
  assert.ok(clock.monotonic() > 600_000);
});

for (const wire of [
  'FILE_REFERENCE_EXPIRED',
  'FILE_PART_3_MISSING',
  'RANDOM_ID_DUPLICATE',
  'CHANNEL_INVALID',
]) {
  test(`${wire} is thrown unchanged, at once`, async () => {
    const { waits, answerAfter } = scene();
    const error = refusal(wire, 400);
    await assert.rejects(answerAfter([error]), (thrown) => thrown === error);
    assert.deepEqual(waits, []);
  });
}

test('abort ends a wait at once, and leaves no sleep and no listener', async () => {
  for (const wire of ['FLOOD_WAIT_100', 'SLOWMODE_WAIT_100', 'FLOOD_PREMIUM_WAIT_100', 'INTERNAL']) {
    const { clock, patience } = scene(0, false);
    const controller = new AbortController();
    const running = patience.run('m', () => Promise.reject(refusal(wire, 500)), controller.signal);
    await clock.advance(0);
    assert.equal(clock.sleeping, 1, wire);
    controller.abort(new Error('stop'));
    await assert.rejects(running, /stop/);
    assert.equal(clock.sleeping, 0, wire);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0, wire);
  }
});

test('abort ends a call whose attempt ignores the signal', async () => {
  const { patience } = scene();
  const controller = new AbortController();
  const running = patience.run('m', () => new Promise(() => {}), controller.signal);
  await setImmediate();
  controller.abort(new Error('stop'));
  await assert.rejects(running, /stop/);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
});

test('a call under a signal that has aborted never begins', async () => {
  const { patience } = scene();
  let begun = false;
  const running = patience.run(
    'm',
    async () => {
      begun = true;
    },
    AbortSignal.abort(new Error('earlier')),
  );
  await assert.rejects(running, /earlier/);
  assert.equal(begun, false);
});

test("time during which another call's flood holds a call doesn't count as time with nothing but faults", async () => {
  const { patience, answerAfter, never } = scene(0.5);
  const faults = [refusal('INTERNAL', 500), refusal('INTERNAL', 500)];
  let other: Promise<string> | undefined;
  const attempt = async (): Promise<string> => {
    other ??= answerAfter([refusal('FLOOD_WAIT_900')], 'upload.GetFile');
    const fault = faults.shift();
    if (fault) throw fault;
    return 'answer';
  };
  assert.equal(await patience.run('upload.GetFile', attempt, never.signal), 'answer');
  assert.equal(await other, 'answer');
});
