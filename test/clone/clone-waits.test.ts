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
    scene.sandbox.world.post({ chat: source.id, from: scene.me.id, text: 'one' });
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
});
