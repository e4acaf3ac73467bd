import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { examineJob } from '../../lib/ledger/examine-job.js';
import type { Job } from '../../lib/ledger/job.js';
import { readStatus, unknownFolders } from '../../lib/ledger/status.js';
import { FORMER_NAMES } from '../../lib/ledger/version-13.js';
import { STORE_TABLES } from '../../lib/store/tables/make-tables.js';
import { FakeClock } from '../support/fake-clock.js';
import { jobOptions, withJob } from '../support/ledger-scene.js';
import { launcher } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const clock = new FakeClock();

async function work(job: Job): Promise<void> {
  await job.expect(3);
  await job.plan([1, 2, 3].map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
  await job.sending([1, 2]);
  await job.sent([{ sourceId: 1, targetId: 10 }]);
}

/** Every file below: name, size, times, mode, hash. */
function snapshot(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const path = join(directory, name);
      const { size, mtimeMs, mode, ino } = statSync(path);
      const hash = statSync(path).isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : '';
      return [name, size, mtimeMs, mode, ino, hash].join(' ');
    });
}

/** A copy of a data directory that nobody has open: ended well, or cut off with its last writes in the -wal file. */
async function directory(t: Parameters<typeof temporaryFolder>[0], cutOff: boolean): Promise<string> {
  const dataDir = join(temporaryFolder(t), 'data');
  const options = jobOptions(temporaryFolder(t));
  const copy = (): void =>
    cpSync(options.dataDir, dataDir, {
      recursive: true,
      filter: (path) => cutOff || !/-(wal|shm)$/.test(path),
    });
  await withJob(options, async (job) => {
    await work(job);
    if (cutOff) copy();
  });
  if (!cutOff) copy();
  return dataDir;
}

/** The change that another program, or another TelePi, has made. */
function change(dataDir: string, sql: string): void {
  const script = `import L from 'libsql'; new L(process.argv[1]).exec(process.argv[2]);`;
  const path = join(dataDir, 'ledger.db');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, path, sql], {
    cwd: dirname(launcher),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

describe('reading the status', () => {
  it('writes nothing: after a clean end, after a kill, with and without the -shm file', async (t) => {
    const [ended, cut, noShm] = [
      await directory(t, false),
      await directory(t, true),
      await directory(t, true),
    ];
    rmSync(join(noShm, 'ledger.db-shm'));
    for (const dataDir of [ended, cut, noShm]) {
      const before = snapshot(dataDir);
      const [status] = await readStatus({ dataDir, owner: DATABASE_OWNER }, clock);
      assert.deepEqual([status?.done, status?.sending, status?.waiting], [1, 1, 2]);
      assert.deepEqual(snapshot(dataDir), before);
    }
    assert.ok(statSync(join(cut, 'ledger.db-wal')).size > 0, 'the rows are in the -wal file');
  });

  it('works in a directory that this user may only read', async (t) => {
    for (const dataDir of [await directory(t, true), await directory(t, false)]) {
      const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' });
      const chmod = (folders: number, files: number): void => {
        for (const path of [dataDir, ...names.map((name) => join(dataDir, name))]) {
          chmodSync(path, statSync(path).isDirectory() ? folders : files);
        }
      };
      chmod(0o555, 0o444);
      chmodSync(join(dataDir, '..'), 0o755);
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [launcher, 'status', '--json', '--data-dir', dataDir],
        { cwd: '/', encoding: 'utf8', ...(process.getuid?.() === 0 && { uid: 65_534, gid: 65_534 }) },
      );
      chmod(0o755, 0o600);
      assert.equal(status, 0, stderr);
      assert.equal((JSON.parse(stdout) as { done: number }).done, 1);
    }
  });

  it('reads a ledger of an older version as it is', async (t) => {
    const dataDir = await directory(t, false);
    const renamed = Object.entries(FORMER_NAMES).map(
      ([now, before]) => `alter table ${now} rename to ${before}`,
    );
    const later = STORE_TABLES.names.map((table) => `drop table ${table}`);
    const older = ['alter table jobs drop column target_before', 'update schema_version set version = 1'];
    change(dataDir, [...later, ...renamed, ...older].join('; '));
    const before = snapshot(dataDir);
    const [status] = await readStatus({ dataDir, owner: DATABASE_OWNER }, clock);
    assert.equal(status?.done, 1);
    assert.deepEqual(snapshot(dataDir), before);
  });

  it("refuses a newer ledger, another program's, and a file that is not a database, and touches none", async (t) => {
    const newer = await directory(t, false);
    change(newer, 'update schema_version set version = 99');
    const foreign = temporaryFolder(t);
    change(foreign, 'create table accounts (name text)');
    const text = temporaryFolder(t);
    writeFileSync(join(text, 'ledger.db'), 'Rent, March: 900\n'.repeat(100));
    for (const [dataDir, code] of [
      [newer, 'LEDGER_NEWER'],
      [foreign, 'LEDGER_FOREIGN'],
      [text, 'STATE_DAMAGED'],
    ] as const) {
      const before = snapshot(dataDir);
      await assert.rejects(readStatus({ dataDir, owner: DATABASE_OWNER }, clock), { code });
      assert.deepEqual(snapshot(dataDir), before);
    }
  });

  it('lets the same process write the ledger afterwards, also after a kill', async (t) => {
    const options = jobOptions(await directory(t, true));
    const examined = await examineJob(options, 'look-before-writing');
    assert.deepEqual([examined.begun, examined.copies], [true, 1]);
    await withJob(options, (job) => job.saveCheckpoint(1));
  });

  it('finds the folders that the ledger has nothing about', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    await withJob(options, (job) => job.saveCheckpoint(7));
    writeFileSync(join(options.dataDir, 'ledger.db'), '');
    const known = await readStatus(options, clock);
    assert.deepEqual(known, []);
    const [folder] = await unknownFolders(options.dataDir, known);
    assert.deepEqual([folder?.folder, folder?.checkpoint], ['-1001234_to_-1005678', 7]);
  });
});
