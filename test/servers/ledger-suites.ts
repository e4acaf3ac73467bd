import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { repositoryRoot } from '../support/paths.js';
import { TEMPLATE, TEST_SERVER } from '../support/test-database.js';
import { administer } from './administer.js';
import { addressOf, type ServerSubject } from './databases.js';

/** What the ledger promises, and what a clone that was cut off anywhere owes to it: the same tests as for SQLite. */
const SUITES = [
  'ledger/claims',
  'ledger/continuations',
  'ledger/counts',
  'ledger/files-and-topics',
  'ledger/messages',
  'ledger/disagree',
  'clone/clone-in-doubt.long',
  'clone/clone-recovery.long',
  'clone/clone-resume.long',
  'clone/found-losses.long',
  'clone/make-target',
];

/** The tests of a server are a file of their own, so that both run at once. */
export function testLedger(subject: () => ServerSubject): void {
  before(async () => {
    const { instance } = subject();
    await administer(addressOf(instance), `create database ${TEMPLATE}`);
    await (await serverDatabase(addressOf(instance, TEMPLATE)).open(DATABASE_OWNER)).close();
  });
  for (const suite of SUITES) {
    it(`does what test/${suite}.test.ts asks`, async () => {
      const { passed, output } = await run(suite, JSON.stringify(addressOf(subject().instance)));
      assert.ok(passed > 0, output);
    });
  }
}

async function run(
  suite: string,
  server: string,
): Promise<{ readonly passed: number; readonly output: string }> {
  const file = join(repositoryRoot, 'dist/test', `${suite}.test.js`);
  // A test runner within a test runner takes itself for a part of it, unless it doesn't know.
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-reporter=tap', '--test-timeout=480000', file],
    { env: { ...environment, [TEST_SERVER]: server }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [status] = await once(child, 'exit');
  assert.equal(status, 0, output);
  assert.match(output, /^# skipped 0$/m);
  return { passed: Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0), output };
}
