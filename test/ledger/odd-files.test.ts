import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { jobFolderName } from '../../lib/ledger/job-file.js';
import { acquireLock, lockHolder } from '../../lib/ledger/lock.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { readStatus } from '../../lib/ledger/status.js';
import { jobOptions, withJob } from '../support/ledger-scene.js';
import { ODD_KINDS, oddKinds, oddWords, putOddFile } from '../support/odd-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** An error that names the path and what is there: at once, not when somebody writes into a pipe. */
function refusal(path: string, kind: keyof typeof ODD_KINDS) {
  return { code: 'NOT_A_FILE', exitStatus: 2, message: oddWords(path, kind) };
}

for (const kind of oddKinds) {
  test(`${ODD_KINDS[kind]} in place of any state file is reported, and nothing is opened`, async (t) => {
    const dataDir = temporaryFolder(t);
    const options = jobOptions(dataDir);
    await withJob(options, async () => {});
    const folder = join(dataDir, jobFolderName(options));
    const inFolder = ['job.json', 'checkpoint.txt', 'topic_map.json', 'lock', 'lock.db'];
    const paths = [
      ...['ledger.db', 'ledger.db-wal', 'ledger.db-shm'].map((name) => join(dataDir, name)),
      ...inFolder.map((name) => join(folder, name)),
    ];
    for (const path of paths) {
      rmSync(path, { force: true });
      putOddFile(path, kind);
      await assert.rejects(openJob(options), refusal(path, kind), path);
      rmSync(path, { recursive: true });
    }
  });

  test(`${ODD_KINDS[kind]} in place of a file that telepi status reads is reported`, async (t) => {
    const dataDir = temporaryFolder(t);
    const path = join(dataDir, 'ledger.db');
    putOddFile(path, kind);
    await assert.rejects(readStatus({ dataDir, owner: DATABASE_OWNER }, systemClock), refusal(path, kind));
    mkdirSync(join(dataDir, 'job'));
    const lock = join(dataDir, 'job', 'lock');
    putOddFile(lock, kind);
    await assert.rejects(lockHolder(lock), refusal(lock, kind));
    await assert.rejects(acquireLock(lock, systemClock), refusal(lock, kind));
  });
}
