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
  it('makes nobody wait for its writes, and limits how often it writes', async () => {
    const { written, clock, keeper, finish } = scene();
    keeper.reached(1);
    await setImmediate();
    keeper.reached(2);
    assert.deepEqual(written, ['durable', 'begun 1']);
    await clock.advance(CHECKPOINT_EVERY_MS);
    keeper.reached(3);
    await setImmediate();
    assert.deepEqual(written.slice(2), [], 'one write at a time');
    finish();
    await setImmediate();
    assert.deepEqual(written.slice(2), ['saved 1', 'durable', 'begun 3']);
    keeper.reached(4);
    const closed = keeper.close();
    finish();
    await setImmediate();
    finish();
    await closed;
    assert.deepEqual(written.slice(5), ['saved 3', 'durable', 'begun 4', 'saved 4']);
    assert.equal(clock.sleeping, 0);
  });

  it('writes a position in time, even if nothing more is reached', async () => {
    const { written, clock, keeper, finish } = scene();
    keeper.reached(1);
    await setImmediate();
    finish();
    await setImmediate();
    keeper.reached(2);
    keeper.reached(3);
    await clock.advance(CHECKPOINT_EVERY_MS - 1);
    assert.deepEqual(written, ['durable', 'begun 1', 'saved 1']);
    await clock.advance(1);
    assert.deepEqual(written.slice(3), ['durable', 'begun 3']);
    finish();
    await setImmediate();
    await clock.advance(10 * CHECKPOINT_EVERY_MS);
    assert.deepEqual(written.slice(5), ['saved 3'], 'and nothing twice');
    assert.equal(clock.sleeping, 0, 'nothing is left to wait for');
    await keeper.close();
  });

  it('stops the run at the next message when a write failed', async () => {
    const { keeper, finish } = scene();
    const full = new Error('The disk is full.');
    keeper.reached(1);
    await setImmediate();
    finish(full);
    await setImmediate();
    assert.throws(() => keeper.reached(2), full);
    const closed = keeper.close();
    await setImmediate();
    finish(full);
    await assert.rejects(closed, full);
  });
});
