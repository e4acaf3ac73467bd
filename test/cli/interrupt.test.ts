import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { watchInterrupts } from '../../lib/cli/interrupt.js';
import { repositoryRoot } from '../support/paths.js';

const modulePath = join(repositoryRoot, 'dist', 'lib', 'cli', 'interrupt.js');

/** A process that accepts the first signal, but then doesn't end by itself. */
const stubborn = `
  const { watchInterrupts } = await import(${JSON.stringify(modulePath)});
  const { signal } = watchInterrupts((name) => console.log('first', name, signal.reason.message));
  setInterval(() => undefined, 1000);
  console.log('ready');
`;

for (const [second, status] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`the first signal aborts, and the second (${second}) ends the process at once with ${status}`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', stubborn], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
      if (text.includes('ready')) child.kill('SIGINT');
      if (text.includes('first')) child.kill(second);
    });
    const [code] = await once(child, 'close');
    assert.equal(code, status);
    assert.equal(shown, 'ready\nfirst SIGINT Stopped by SIGINT.\n');
  });
}

test('release removes the listeners', () => {
  const listeners = (): number =>
    (['SIGHUP', 'SIGINT', 'SIGTERM'] as const).reduce((sum, name) => sum + process.listenerCount(name), 0);
  const before = listeners();
  const interrupt = watchInterrupts(() => undefined);
  assert.equal(listeners(), before + 3);
  interrupt.release();
  assert.equal(listeners(), before);
});
