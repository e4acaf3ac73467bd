import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Clock, systemClock } from '../../lib/base/clock.js';
import { InterruptedError } from '../../lib/base/errors.js';
import { IN_FLIGHT_MS } from '../../lib/clone/in-flight.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { chatContent } from '../support/chat-content.js';
import { cloneScene } from '../support/clone-scene.js';

describe('a run that waits', () => {
  it('ends at once when it is stopped, and sends nothing', async (t) => {
    const scene = await cloneScene({ seed: 'stopped wait' });
    t.after(() => scene.close());
    const [source, target] = [scene.forum('source'), scene.forum('target')];
    scene.post(source, { text: 'one' });
    const stop = new AbortController();
    const reason = new InterruptedError('SIGTERM');
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      times: 9,
      fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_600') },
    });
    const slept: number[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep(ms, signal) {
        slept.push(ms);
        return systemClock.sleep(ms, signal);
      },
    };
    const waiting = scene.untilWait();
    const run = scene.clone(source, target, { signal: stop.signal, clock });
    await waiting;
    stop.abort(reason);
    assert.equal((await run).error, reason);
    assert.ok(!slept.includes(IN_FLIGHT_MS), slept.join());
    assert.equal((await chatContent(scene.sandbox, target)).length, 0);
  });

  it('carries over the files of the next messages meanwhile, and leaves nothing of them when it is stopped', async (t) => {
    const scene = await cloneScene({ seed: 'carried ahead' });
    t.after(() => scene.close());
    const [source, target] = [scene.forum('source'), scene.forum('target')];
    for (let size = 5000; size < 5008; size += 1) {
      const groupedId = size < 5004 ? undefined : 7n;
      const media = scene.document(size, { dcId: 1 });
      scene.post(source, { media, ...(groupedId && { groupedId }) });
    }
    scene.sandbox.weather.script({
      method: 'messages.SendMedia',
      times: 9,
      fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_250') },
    });
    const stop = new AbortController();
    const reason = new InterruptedError('SIGTERM');
    let carried = 0;
    const run = await scene.clone(source, target, {
      signal: stop.signal,
      onEvent([name, { done }]) {
        if (name === 'transferEnd' && done) carried += 1;
        if (carried === 8) stop.abort(reason);
      },
    });
    assert.equal(run.error, reason);
    assert.equal(run.checkpoint, 1);
    assert.equal(run.budget.heldBytes, 0);
    assert.equal((await chatContent(scene.sandbox, target)).length, 0);
  });

  it('has moved checkpoint.txt to the last finished message while it waits for a flood', {
    timeout: 60_000,
  }, async (t) => {
    const scene = await cloneScene({ seed: 'checkpoint in a flood' });
    t.after(() => scene.close());
    const [source, target] = [scene.group('source'), scene.group('target')];
    const ids = [1, 2, 3, 4, 5].map((each) => scene.post(source, { text: String(each) }));
    const stop = new AbortController();
    scene.sandbox.weather.script({
      method: 'messages.SendMessage',
      nth: 5,
      fate: { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_600') },
    });
    const saved: number[] = [];
    const run = scene.clone(source, target, {
      signal: stop.signal,
      wrapJob: (job) =>
        new Proxy(job, {
          get(of, key) {
            const value: unknown = Reflect.get(of, key, of);
            if (key !== 'saveCheckpoint') return typeof value === 'function' ? value.bind(of) : value;
            return async (lastId: number) => {
              await of.saveCheckpoint(lastId);
              saved.push(lastId);
              if (lastId === ids[3]) stop.abort(new InterruptedError('SIGTERM'));
            };
          },
        }),
    });
    await run;
    assert.equal(saved.at(-1), ids[3], saved.join());
  });
});
