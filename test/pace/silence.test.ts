import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatience } from '../../lib/pace/patience.js';
import type { Silence } from '../../lib/pace/silence.js';
import { FakeClock } from '../support/fake-clock.js';

const random = {
  float: () => 0,
  integer: (low: number) => low,
  bytes: (count: number) => Buffer.alloc(count),
};
const { signal } = new AbortController();

function scene() {
  const clock = new FakeClock();
  const told: Silence[] = [];
  const patience = createPatience({ clock, random, onSilence: (silence) => told.push(silence) });
  /** A call that is answered, or fails, after `seconds`. */
  const call = (method: string, seconds: number, error?: Error): Promise<string> =>
    patience.run(
      method,
      async () => {
        await clock.sleep(seconds * 1000);
        if (error) throw error;
        return 'answer';
      },
      signal,
    );
  return { clock, told, call };
}

test('an answer that is overdue for five seconds is reported once, with the time of its call', async () => {
  const { clock, told, call } = scene();
  await clock.advance(1000);
  const since = clock.now();
  const answer = call('messages.sendMedia', 20);
  await clock.advance(4_900);
  assert.deepEqual(told, []);
  await clock.advance(15_100);
  assert.equal(await answer, 'answer');
  assert.deepEqual(told, [{ method: 'messages.sendMedia', since }]);
});

test('quick answers, refusals and slow parts of files are not reported, and no timer stays', async () => {
  const { clock, told, call } = scene();
  const refused = call('messages.sendMedia', 2, new Error('no'));
  refused.catch(() => {});
  const calls = Promise.all([call('messages.getHistory', 4), call('upload.saveBigFilePart', 60)]);
  await clock.advance(60_000);
  await calls;
  await assert.rejects(refused, /no/);
  assert.deepEqual(told, []);
  assert.equal(clock.sleeping, 0);
});
