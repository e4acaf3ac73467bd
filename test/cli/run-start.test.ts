import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from '../support/scene.js';

/** Facts that TelePi requests when a run begins, and that nobody needs twice. */
const FACTS = ['help.GetConfig', 'help.GetAppConfig', 'users.GetUsers'] as const;

test("a run asks for its user and for the server's limits only once each; the next run asks again", async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const environment = { SOURCE_CHAT: '@sandbox_news', TARGET_CHAT: 'me', MIN_INTERVAL: '0' };
  const asked: string[] = [];
  scene.sandbox.weather.judge = (method) => {
    asked.push(method);
    return undefined;
  };
  for (const run of [1, 2]) {
    asked.length = 0;
    const { status, stderr } = await scene.run(['run'], environment);
    assert.equal(status, 0, stderr);
    const times = FACTS.map((fact) => [fact, asked.filter((method) => method === fact).length]);
    assert.deepEqual(
      times,
      FACTS.map((fact) => [fact, 1]),
      `run ${run}`,
    );
  }
});
