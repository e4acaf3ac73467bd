import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { linkAbort, orAborted } from '../../lib/base/abort.js';

test('a linked controller aborts with its parent and its reason', () => {
  const parent = new AbortController();
  const child = linkAbort(parent.signal);
  const reason = new Error('stop');
  parent.abort(reason);
  assert.equal(child.signal.aborted, true);
  assert.equal(child.signal.reason, reason);
});

test('a parent that has aborted already aborts its child at once', () => {
  const reason = new Error('earlier');
  assert.equal(linkAbort(AbortSignal.abort(reason)).signal.reason, reason);
});

test('a released child leaves no listener on its parent and no longer follows it', () => {
  const parent = new AbortController();
  const child = linkAbort(parent.signal);
  assert.equal(getEventListeners(parent.signal, 'abort').length, 1);
  child.release();
  assert.equal(getEventListeners(parent.signal, 'abort').length, 0);
  parent.abort();
  assert.equal(child.signal.aborted, false);
});

test('orAborted settles as its promise does and takes its listener away', async () => {
  const controller = new AbortController();
  assert.equal(await orAborted(Promise.resolve(7), controller.signal), 7);
  await assert.rejects(orAborted(Promise.reject(new Error('own')), controller.signal), /own/);
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
});

test('orAborted rejects with the reason while its promise is pending, and takes a later rejection', async () => {
  const controller = new AbortController();
  let fail: (error: Error) => void = () => {};
  const pending = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const raced = orAborted(pending, controller.signal);
  controller.abort(new Error('stop'));
  await assert.rejects(raced, /stop/);
  fail(new Error('late'));
});

test('a linked signal takes as many listeners as there are requests under way, without a warning', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): number => warnings.push(name);
  process.on('warning', onWarning);
  const { signal } = linkAbort();
  for (let count = 0; count < 50; count += 1) signal.addEventListener('abort', () => {});
  await setImmediate();
  process.off('warning', onWarning);
  assert.deepEqual(warnings, []);
});
