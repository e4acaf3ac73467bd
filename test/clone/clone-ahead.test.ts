import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB, MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { holdMs, LONGEST_AHEAD_MS } from '../../lib/clone/copy-history.js';
import type { Unit } from '../../lib/clone/units.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'ahead' });
});
after(() => scene.close());

describe('messages prepared before their turn', () => {
  it('are sent in order, with a budget that holds one part', async () => {
    const [source, target] = [scene.group('one part'), scene.group('one part copy')];
    for (let index = 0; index < 6; index += 1) {
      scene.post(source, {
        media: scene.document(index % 2 === 0 ? 3 * PART_SIZE + index : 9 * KIB + index),
        text: `${index}`,
      });
      scene.post(source, { text: `text ${index}` });
    }
    const budget = new ByteBudget(PART_SIZE);
    const { error, summary } = await scene.clone(source, target, { budget });
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 12);
    assert.ok(budget.peakBytes <= PART_SIZE);
    assert.equal(budget.heldBytes, 0);
    await scene.assertSame(source, target);
  });

  it('are given up when the run fails, and leave nothing behind', async () => {
    const [source, target] = [scene.group('fails'), scene.group('fails copy')];
    scene.post(source, { text: 'one' });
    for (let index = 0; index < 4; index += 1) scene.post(source, { media: scene.document(3 * MIB + index) });
    const fault = scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      times: 9,
      fate: { kind: 'refuse', error: new RpcError(403, 'CHAT_WRITE_FORBIDDEN') },
    });
    const { error, budget, checkpoint } = await scene.clone(source, target);
    fault.cancel();
    assert.match(String(error), /CHAT_WRITE_FORBIDDEN/);
    assert.equal(budget.heldBytes, 0);
    assert.equal(checkpoint, 1);
    assert.equal((await scene.clone(source, target)).error, undefined);
    await scene.assertSame(source, target);
  });

  it('are joined by messages that arrive during the run, with the checkpoint behind the last', async () => {
    const [source, target] = [scene.group('joined'), scene.group('joined copy')];
    scene.post(source, { text: 'one' });
    let more = 3;
    const { error, checkpoint } = await scene.clone(source, target, {
      onEvent([name]) {
        if (name !== 'sent' || more === 0) return;
        more -= 1;
        scene.post(source, { text: `more ${more}` });
      },
    });
    assert.equal(error, undefined);
    await scene.assertSame(source, target);
    assert.equal(checkpoint, source.box?.lastId);
  });
});

describe('holdMs', () => {
  const unit = (count: number): Unit =>
    ({ messages: Array.from({ length: count }, () => ({})) }) as unknown as Unit;
  const ahead = (...counts: number[]) => counts.map((count) => ({ unit: unit(count) }));
  const hold = (waitMs: number, intervalMs: number, ...counts: number[]): number =>
    holdMs({ waitMs, intervalMs }, unit(2), ahead(...counts));

  it('lets a message begin early enough to be ready in its turn, with albums counted as their items', () => {
    assert.equal(hold(0, 0, 1, 1), 0);
    assert.equal(hold(0, 60_000, 1, 4), 0);
    assert.equal(hold(0, 60_000, 2, 4), 60_000);
  });

  it('holds back until the wait is short enough', () => {
    assert.equal(hold(LONGEST_AHEAD_MS, 0, 1), 0);
    assert.equal(hold(LONGEST_AHEAD_MS + 7_000, 0, 1), 7_000);
    assert.equal(hold(3_600_000, 0, 1), 60_000);
  });

  it('allows no more than a hundred messages to begin', () => {
    assert.equal(hold(0, 0, 98), 0);
    assert.equal(hold(0, 0, 50, 49), 60_000);
  });
});
