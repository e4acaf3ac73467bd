// The pacing of a whole clone: the real client, over TCP, against the sandbox's budgets, on a clock that jumps.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { chatContent } from '../support/chat-content.js';
import { cloneScene } from '../support/clone-scene.js';
import { JumpingClock } from '../support/jumping-clock.js';

async function cloneTexts(t: TestContext, count: number, weather: Partial<WeatherOptions>) {
  const clock = new JumpingClock();
  clock.start();
  const scene = await cloneScene({ seed: 'pace', clock });
  t.after(async () => {
    await scene.close();
    clock.stop();
  });
  const [source, target] = [scene.forum('source'), scene.forum('target')];
  for (let nth = 1; nth <= count; nth += 1) {
    scene.post(source, { text: `text ${nth}` });
  }
  scene.sandbox.weather.change(weather);
  const begun = clock.monotonic();
  const { error, summary } = await scene.clone(source, target, { minIntervalMs: 1300 });
  assert.equal(error, undefined);
  assert.equal(summary?.sent, count);
  const texts = (await chatContent(scene.sandbox, target)).map(({ text }) => text);
  assert.deepEqual(
    texts,
    Array.from({ length: count }, (_, index) => `text ${index + 1}`),
  );
  const floods = scene.waits.filter(({ kind }) => kind === 'flood' || kind === 'slowmode');
  return {
    minutes: (clock.monotonic() - begun) / 60_000,
    floods,
    intervalMs: scene.client.sendPacer.intervalMs,
  };
}

test('a clone learns how much the account may send, and keeps to it', async (t) => {
  const { minutes, floods, intervalMs } = await cloneTexts(t, 200, { messageBudget: 20 });
  assert.equal(floods.length, 2, floods.map(({ reason }) => reason).join());
  assert.ok(floods.every(({ method }) => method === 'messages.sendMessage'));
  assert.ok(intervalMs > 3000 && intervalMs < 3200, `${intervalMs} ms`);
  assert.ok(minutes < 10 / 0.95, `${minutes.toFixed(1)} minutes for 200 messages at 20 a minute`);
});

test('a clone learns the slow mode of its target', async (t) => {
  const { minutes, floods, intervalMs } = await cloneTexts(t, 60, { slowmodeSeconds: 10 });
  assert.equal(floods.length, 1);
  assert.equal(intervalMs, 10_000);
  assert.ok(minutes < 10 / 0.95, `${minutes.toFixed(1)} minutes for 60 messages, ten seconds apart`);
});
