import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureDriver } from '../../bench/clients/measure-driver.js';
import type { TransferTask } from '../../bench/clients/task.js';
import type { ServerUse } from '../../bench/server/messages.js';

const peer = { chatId: -1001, channelId: '1', accessHash: '2' };
const task: TransferTask = {
  ...{ apiId: 1, apiHash: 'a', session: '1', source: peer, target: peer, messageIds: [1], tuning: {} },
};
const seen: ServerUse = {
  ...{
    cpuSeconds: 0,
    firstToLastSeconds: 0,
    untilFirstSeconds: 0,
    requests: {},
    firstRequests: {},
    connections: 0,
  },
};
const around = { begin: async () => {}, end: async () => seen };
const node = (script: string) => ({ command: process.execPath, args: ['--eval', script] });
/** What a driver says, and waits for, in the order of the protocol. */
const obedient = `
  const lines = require('readline').createInterface({ input: process.stdin });
  const said = [() => console.log('{"event":"ready"}'), () => { WORK; console.log('{"event":"done","heldBytes":7}'); }];
  lines.on('line', () => said.shift()());
`;

test('only the time between go and done is measured', async () => {
  const busy = 'const until = performance.now() + 200; while (performance.now() < until);';
  const use = await measureDriver(node(obedient.replace('WORK', busy)), task, { around, timeoutMs: 30_000 });
  assert.ok(use.seconds >= 0.2);
  assert.equal(use.heldBytes, 7);
  if (process.platform === 'linux') {
    assert.ok(use.cpuSeconds !== undefined && use.cpuSeconds > 0);
    assert.ok(use.peakRssBytes !== undefined && use.peakRssBytes > 2 ** 24);
  }
});

test("a driver's complaint makes its run fail", async () => {
  const failing = node("console.error('no such DC'); process.exit(1)");
  await assert.rejects(measureDriver(failing, task, { around, timeoutMs: 30_000 }), /no such DC/);
});

test('a driver that hangs is ended together with everything it has started', async () => {
  const script = `
    const child = require('child_process').spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    console.error('started ' + child.pid);
    setInterval(() => {}, 1000);
  `;
  const error = await measureDriver(node(script), task, { around, timeoutMs: 1_500 }).catch(
    (thrown) => thrown,
  );
  assert.match(String(error), /longer than 1\.5 s/);
  const pid = Number(/started (\d+)/.exec(String(error))?.[1]);
  assert.ok(pid > 0, String(error));
  await ended(pid);
});

/** Resolves once there is no such process; the test's own time limit ends a wait in vain. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
