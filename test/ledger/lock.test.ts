import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { acquireLock, type LockHolder } from '../../lib/ledger/lock.js';
import { processBirth } from '../../lib/ledger/process-birth.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function holder(change: Partial<LockHolder> = {}): Promise<string> {
  const birth = (await processBirth(process.pid)) ?? '';
  return JSON.stringify({
    host: hostname(),
    pid: process.pid,
    birth,
    since: '2026-01-02T03:04:05Z',
    ...change,
  });
}

describe('the lock', () => {
  it('is held by one of many that start at once', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => acquireLock(path, systemClock)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('is held by one of many that find a dead holder at once', async (t) => {
    const folder = temporaryFolder(t);
    const dead = await holder({ birth: 'an earlier boot:1' });
    for (let round = 0; round < 30; round += 1) {
      const path = join(folder, `lock-${round}`);
      writeFileSync(path, dead);
      const results = await Promise.allSettled(
        Array.from({ length: 8 }, () => acquireLock(path, systemClock)),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.deepEqual(
        readdirSync(folder).filter((name) => name !== `lock-${round}`),
        [],
      );
      rmSync(path);
    }
  });

  it('dies with a process that is killed', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const module = new URL('../../lib/ledger/lock.js', import.meta.url).href;
    const script = `const { acquireLock } = await import(${JSON.stringify(module)});
      const clock = { now: () => Date.now(), sleep: async () => {} };
      await acquireLock(${JSON.stringify(path)}, clock); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    await assert.rejects(acquireLock(path, systemClock), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'JOB_RUNNING');
      assert.match(error.message, new RegExp(`process ${child.pid} on ${hostname()}`));
      return true;
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(path));
    await (await acquireLock(path, systemClock)).release();
  });

  it('is taken over after a reboot, even when another process has the same pid', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    writeFileSync(path, await holder({ birth: 'an earlier boot:1' }));
    await (await acquireLock(path, systemClock)).release();
  });

  it('is taken over when its text was never written whole', async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    for (const text of ['', '{"host":', 'null', '{}']) {
      writeFileSync(path, text);
      await (await acquireLock(path, systemClock)).release();
    }
  });

  it("refuses a holder on another host, which can't be examined", async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    writeFileSync(path, await holder({ host: 'elsewhere', pid: 2 ** 22 + 1 }));
    await assert.rejects(acquireLock(path, systemClock), /process \d+ on elsewhere .*delete/s);
  });

  it("doesn't release a lock that is somebody else's by now", async (t) => {
    const path = join(temporaryFolder(t), 'lock');
    const lock = await acquireLock(path, systemClock);
    const other = await holder({ host: 'elsewhere' });
    writeFileSync(path, other);
    await lock.release();
    assert.equal(readFileSync(path, 'utf8'), other);
  });
});

describe('processBirth', () => {
  it('is stable for one process, differs between two, and is undefined for none', async (t) => {
    assert.equal(await processBirth(process.pid), await processBirth(process.pid));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    assert.notEqual(await processBirth(pid), await processBirth(process.pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await processBirth(pid), undefined);
  });
});
