import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { acquireLock, lockHolder } from '../../lib/ledger/lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A process that holds the lock until it is killed. */
async function holdingProcess(t: Pick<TestContext, 'after'>, path: string): Promise<ChildProcess> {
  const module = new URL('../../lib/ledger/lock.js', import.meta.url).href;
  const script = `const { acquireLock } = await import(${JSON.stringify(module)});
    globalThis.held = await acquireLock(${JSON.stringify(path)}, { now: () => 0 });
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function refused(path: string): Promise<string> {
  try {
    await (await acquireLock(path, systemClock)).release();
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'JOB_RUNNING');
    return (error as Error).message;
  }
  return assert.fail('two have it');
}

describe('the lock', () => {
  it('is held by one of many processes that start at once, and shows the others which one', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => acquireLock(path, systemClock)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.match(await refused(path), new RegExp(`process ${process.pid} on ${hostname()} since 20`));
  });

  it('is released, and leaves nothing that names a holder', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'lock');
    const first = await acquireLock(path, systemClock);
    await first.release();
    await first.release();
    assert.deepEqual(readdirSync(folder), ['lock.db']);
    const second = await acquireLock(path, systemClock);
    assert.equal(second.takenFrom, undefined);
    await first.release();
    assert.ok(existsSync(path), "a second release doesn't take the next holder's");
    await refused(path);
    await second.release();
  });

  it('ends with a process that is killed, and the next holder learns of it', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const child = await holdingProcess(t, path);
    assert.match(await refused(path), new RegExp(`process ${child.pid} on ${hostname()}`));
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(path));
    const lock = await acquireLock(path, systemClock);
    assert.equal(lock.takenFrom?.pid, child.pid);
    await lock.release();
  });

  it("doesn't depend on a text or a pid: after a reboot, in a new container, with a reused pid", async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const since = '2026-01-02T03:04:05Z';
    // The leftovers of a holder that died, whose pid is this very process's by now, here or on a host with another
    // name.
    for (const host of [hostname(), 'elsewhere']) {
      writeFileSync(path, JSON.stringify({ host, pid: process.pid, since }));
      const lock = await acquireLock(path, systemClock);
      assert.deepEqual(lock.takenFrom, { host, pid: process.pid, since });
      await lock.release();
    }
  });

  it('stays behind when the data directory is copied to another machine while it is held', async (t) => {
    const from = temporaryFolder(t);
    const to = temporaryFolder(t);
    const child = await holdingProcess(t, join(from, 'lock'));
    cpSync(from, to, { recursive: true });
    const lock = await acquireLock(join(to, 'lock'), systemClock, 'new-machine');
    assert.equal(lock.takenFrom?.pid, child.pid);
    assert.match(await refused(join(to, 'lock')), /on new-machine/);
    await lock.release();
    await refused(join(from, 'lock'));
  });

  it('is taken when the text of the last holder was never written completely', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    for (const text of ['', '{"host":', 'null', '{}', '{"host":1,"pid":"2"}']) {
      writeFileSync(path, text);
      const lock = await acquireLock(path, systemClock);
      assert.equal(lock.takenFrom, undefined);
      await lock.release();
    }
  });

  it('is inspected without being touched', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'lock');
    assert.equal(await lockHolder(path), undefined);
    assert.deepEqual(readdirSync(folder), []);
    const child = await holdingProcess(t, path);
    const before = readFileSync(path, 'utf8');
    assert.equal((await lockHolder(path))?.pid, child.pid);
    assert.equal(readFileSync(path, 'utf8'), before);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await lockHolder(path), undefined, 'the text of a dead holder is no holder');
  });

  it("fails with how to fix it where it can't be taken", async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'lock.db'), 'no database, and longer than a header '.repeat(200));
    await assert.rejects(acquireLock(join(folder, 'lock'), systemClock), /LOCK_FAILED|lock\.db.*delete it/s);
    await assert.rejects(acquireLock(join(folder, 'nowhere', 'lock'), systemClock), {
      code: 'STATE_UNWRITABLE',
    });
  });
});
