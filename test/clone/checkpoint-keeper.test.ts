import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { CHECKPOINT_EVERY_MS, CheckpointKeeper } from '../../lib/clone/checkpoint-keeper.js';
import { FakeClock } from '../support/fake-clock.js';

/** A keeper, what it wrote, and the write that is under way. */
function scene() {
  const written: string[] = [];
  const clock = new FakeClock();
  let finish: (error?: Error) => void = () => {};
  const job = {
    checkpoint: 0,
    async saveCheckpoint(lastId: number): Promise<void> {
      written.push(`begun ${lastId}`);
      await new Promise<void>((resolve, reject) => {
        finish = (error) => (error ? reject(error) : resolve());
      });
      this.checkpoint = lastId;
      written.push(`saved ${lastId}`);
    },
  };
  const keeper = new CheckpointKeeper(job, clock, async () => void written.push('durable'));
  return { written, clock, keeper, finish: (error?: Error) => finish(error) };
}

describe('CheckpointKeeper', () => {
  it('holds nobody up while it writes, and writes at most so often', async () => {
    const { written, clock, keeper, finish } = scene();
    await keeper.reached(1);
    await keeper.reached(2);
    assert.deepEqual(written, ['durable', 'begun 1']);
    await clock.advance(CHECKPOINT_EVERY_MS);
    const third = keeper.reached(3);
    await setImmediate();
    assert.deepEqual(written.slice(2), [], 'one write at a time');
    finish();
    await third;
    assert.deepEqual(written.slice(2), ['saved 1', 'durable', 'begun 3']);
    await keeper.reached(4);
    const closed = keeper.close();
    finish();
    await setImmediate();
    finish();
    await closed;
    assert.deepEqual(written.slice(5), ['saved 3', 'durable', 'begun 4', 'saved 4']);
  });

  it('stops the run at the next message when it could not be written', async () => {
    const { keeper, finish } = scene();
    const full = new Error('The disk is full.');
    await keeper.reached(1);
    finish(full);
    await setImmediate();
    await assert.rejects(keeper.reached(2), full);
    const closed = keeper.close();
    await setImmediate();
    finish(full);
    await assert.rejects(closed, full);
  });
});
