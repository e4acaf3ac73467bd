import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

/** Starts a program and says its process, as a test does that is killed later. */
const STARTER = `
const { startTethered } = await import(process.argv[1]);
const { said } = startTethered(process.execPath, ['-e', process.argv[2]]);
said.pipe(process.stdout);
`;
const LISTENER = `
const server = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

test('a server that a test started ends with the test, however that ends', async () => {
  const tethered = new URL('../support/tethered-process.js', import.meta.url).href;
  const words = ['--input-type=module', '-e', STARTER, tethered, LISTENER];
  const starter = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface(starter.stdout), 'line')) as [string];
  assert.ok(await isOpen(Number(port)));
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  // Its last breath takes a moment; the runner's own limit is the only one.
  while (await isOpen(Number(port)));
});

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return outcome;
}
