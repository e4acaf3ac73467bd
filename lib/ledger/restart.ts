import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { codeOf, howToWrite } from '../base/system-errors.js';
import { CHECKPOINT_FILE, writeCheckpoint } from './checkpoint.js';
import { JOB_FILE, newJobFile, newJobId, writeJobFile } from './job-file.js';
import { type JobScene, numberingOf } from './job-scene.js';
import { currentJob, insertJob, type JobRow, updateJob } from './job-store.js';
import { noteAction } from './journal.js';
import { readStateFile } from './state-file.js';
import { transactAsHolder } from './store-options.js';
import { TOPIC_MAP_FILE, writeTopicMap } from './topic-map.js';

const KEPT = '.before-restart';

/**
 * Replaces the folder's job with a new one. Its id is new, so that Telegram takes every send for a new one; the rows of
 * the old job stay. `finishRestart` resets the files, now or when the job is opened next.
 */
export async function startOver(scene: JobScene): Promise<void> {
  const { accountId, folder, sourceId, targetId, sourceTopic, targetTopic, ledger, host, clock } = scene;
  const jobId = newJobId(scene.random);
  await transactAsHolder({ db: ledger.db, lease: scene.lease }, async (db) => {
    const before = await currentJob(db, folder);
    if (before?.jobId === jobId) return;
    if (before) await updateJob(db, { ...before, host }, { replacedBy: jobId });
    const selection = { sourceId, targetId, sourceTopic, targetTopic };
    const fresh = { checkpoint: numberingOf(scene).start, takenUp: 0, filesDue: true };
    await insertJob(db, { accountId, jobId, folder, ...selection, ...fresh }, scene);
    await noteAction(db, { accountId, jobId, host, clock }, 'restarted', { before: before?.jobId ?? '' });
  });
}

/** Resets the folder's files, and keeps the old ones next to them as *.before-restart. */
export async function finishRestart(scene: JobScene, job: JobRow): Promise<void> {
  const { path, ledger, accountId, host, clock } = scene;
  if (!(await isKept(join(path, JOB_FILE)))) {
    for (const name of [TOPIC_MAP_FILE, CHECKPOINT_FILE]) await keepOld(join(path, name), rename);
    await keepOld(join(path, JOB_FILE), copyFile);
  }
  await writeTopicMap(join(path, TOPIC_MAP_FILE), new Map());
  await writeCheckpoint(join(path, CHECKPOINT_FILE), 0);
  await writeJobFile(join(path, JOB_FILE), newJobFile(job.jobId, accountId, scene, new Date(clock.now())));
  await transactAsHolder({ db: ledger.db, lease: scene.lease }, (db) =>
    updateJob(db, { ...job, host }, { filesDue: false }),
  );
}

/** A process that was killed midway has kept the old files already: the present ones are new. */
async function isKept(jobPath: string): Promise<boolean> {
  const now = await readStateFile(jobPath);
  return now !== undefined && now === (await readStateFile(`${jobPath}${KEPT}`));
}

async function keepOld(path: string, keep: (from: string, to: string) => Promise<void>): Promise<void> {
  try {
    await keep(path, `${path}${KEPT}`);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new UsageError('STATE_UNWRITABLE', `Can't keep a copy of ${path}: ${howToWrite(error)}`, {
      cause: error,
    });
  }
}
