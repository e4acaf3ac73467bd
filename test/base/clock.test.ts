import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';

test('a sleep that is aborted rejects with the reason and leaves no listener', async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(2 ** 40, controller.signal);
  controller.abort(new Error('stop'));
  await assert.rejects(sleeping, /stop/);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
});

test('a sleep under a signal that has aborted does not begin', async () => {
  await assert.rejects(systemClock.sleep(0, AbortSignal.abort(new Error('earlier'))), /earlier/);
});

test('a sleep of zero milliseconds resolves', async () => {
  await systemClock.sleep(0);
  await systemClock.sleep(-5);
});
