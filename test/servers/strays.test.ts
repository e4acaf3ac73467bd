import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { onServers } from './databases.js';

const INSTANCE = new URL('./instance.js', import.meta.url).href;

/** Whether something listens at a port of this machine. */
async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const found = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return found;
}

/** The folder itself may stay where another user's folder holds it. */
function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

onServers('a server of tests', (subject) => {
  it('ends with a test run that is killed, and leaves no files', { timeout: 120_000 }, async () => {
    const { kind } = subject().instance;
    const script = `
      const { startInstance } = await import('${INSTANCE}');
      const { port, directory } = await startInstance('${kind}');
      console.log(JSON.stringify({ port, directory }));
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(child.stdout, 'data');
    const { port, directory } = JSON.parse(String(text)) as { port: number; directory: string };
    assert.ok((await listens(port)) && filesIn(directory).length > 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    while ((await listens(port)) || filesIn(directory).length > 0) await delay(20);
  });
});
