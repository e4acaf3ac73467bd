import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { UploadPart } from '../../lib/base/file-parts.js';
import { sharedSlots } from '../../lib/clone/shared-slots.js';
import { FarSide, ScriptedUploader } from '../support/far-side.js';

const never = new AbortController().signal;
const part = (index: number): UploadPart => ({
  fileId: BigInt(index),
  index,
  total: 9,
  bytes: Buffer.alloc(1),
  big: true,
});

describe('sharedSlots', () => {
  it('sends no more parts at once than there are slots, in order', async () => {
    const far = new FarSide();
    const inner = new ScriptedUploader(far);
    const uploader = sharedSlots(inner, 3);
    const sent = [...Array(9).keys()].map((index) => uploader.savePart(part(index), never));
    for (let left = 9; left > 0; left -= 1) {
      await setImmediate();
      far.pending[left % far.pending.length]?.answer();
    }
    await Promise.all(sent);
    assert.equal(inner.mostInFlight, 3);
    assert.deepEqual(
      inner.taken.map(({ index }) => index),
      [...Array(9).keys()],
    );
  });

  it('gives a slot back when its part fails, and passes over waiters that have given up', async () => {
    const far = new FarSide();
    const uploader = sharedSlots(new ScriptedUploader(far), 1);
    const stop = new AbortController();
    const first = uploader.savePart(part(0), never);
    const second = uploader.savePart(part(1), stop.signal);
    const third = uploader.savePart(part(2), never);
    await setImmediate();
    stop.abort(new Error('enough'));
    await assert.rejects(second, /enough/);
    far.pending[0]?.answer(new Error('lost'));
    await assert.rejects(first, /lost/);
    await setImmediate();
    assert.deepEqual(
      far.pending.map(({ index }) => index),
      [2],
    );
    far.pending[0]?.answer();
    await third;
  });

  it('loses no slot that is granted to a waiter that gives up in the same moment', async () => {
    const far = new FarSide();
    const uploader = sharedSlots(new ScriptedUploader(far), 1);
    const stop = new AbortController();
    const first = uploader.savePart(part(0), never);
    const second = uploader.savePart(part(1), stop.signal);
    await setImmediate();
    far.pending[0]?.answer();
    stop.abort(new Error('enough'));
    await first;
    await second.catch(() => {});
    const third = uploader.savePart(part(2), never);
    await setImmediate();
    assert.deepEqual(
      far.pending.map(({ index }) => index),
      [2],
    );
    far.pending[0]?.answer();
    await third;
  });
});
