import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runClient } from './run-client.js';

test('a client whose process stands still is killed, and its state is reported', async (t) => {
  const { status, stoodStill, errors } = await runClient(scriptOf('for (;;);'), {}, t.signal, 2_000);
  assert.equal(status, null);
  assert.match(stoodStill ?? '', /^state [A-Z], [\d.]+ s of CPU$/);
  assert.match(errors, /ended by SIGKILL/);
});

test('a client that ends by itself did not stand still', async (t) => {
  const step = `console.log('a line of a library'); console.log('{"step":"first","found":{}}');`;
  const { outcomes, status, stoodStill } = await runClient(scriptOf(step), {}, t.signal);
  assert.deepEqual(outcomes, [{ step: 'first', found: {} }]);
  assert.equal(status, 0);
  assert.equal(stoodStill, undefined);
});

function scriptOf(script: string): { command: string[] } {
  return { command: [process.execPath, '-e', script] };
}
