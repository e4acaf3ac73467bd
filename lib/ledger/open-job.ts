import { hostname } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import { isOlder } from '../base/source-ids.js';
import { howToWrite } from '../base/system-errors.js';
import { timeNow } from '../store/values.js';
import { type Identified, identifyJob } from './identify.js';
import type { Job } from './job.js';
import { findJobFolder } from './job-folder.js';
import { leaseJob } from './job-lease.js';
import type { JobNote, JobOptions, JobScene } from './job-scene.js';
import { updateJob } from './job-store.js';
import type { JobLease } from './job-term.js';
import { noteAction } from './journal.js';
import { type Ledger, openLedger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { LedgerJob } from './ledger-job.js';
import { acquireLock, type Lock } from './lock.js';
import { noteOtherServers } from './other-servers.js';
import { type Agreed, reconcile } from './reconcile.js';
import { startOver } from './restart.js';
import { removeTemporaryFiles } from './state-file.js';
import { transactAsHolder } from './store-options.js';

/**
 * Opens a job and creates it if it is new: its folder, its lock, its rows. Throws a UsageError for a second run of the
 * same job (JOB_RUNNING), a damaged file or ledger (STATE_DAMAGED), a ledger of a newer TelePi (LEDGER_NEWER), a job of
 * another account (OTHER_ACCOUNT), a name that leads elsewhere now (NAME_MOVED), and a directory that can't be written
 * (STATE_UNWRITABLE).
 */
export async function openJob(options: JobOptions): Promise<Job> {
  const { name: folder, others } = await findJobFolder(options, 'look-before-writing');
  const path = join(options.dataDir, folder);
  const host = options.host ?? hostname();
  await makeFolder(path);
  const lock = await acquireLock(join(path, 'lock'), options.clock, host);
  let ledger: Ledger | undefined;
  let lease: JobLease | undefined;
  try {
    await removeTemporaryFiles(path);
    ledger = await openLedger(options);
    const notes: JobNote[] = [];
    const note = (each: JobNote): void => {
      notes.push(each);
      options.log.warn(each.event, each.fields);
    };
    if (others.length > 0) note(otherJobs(options.dataDir, others));
    const unleased: JobScene = { ...options, path, folder, host, ledger, note };
    lease = await leaseJob(unleased);
    const scene: JobScene = { ...unleased, lease, holder: lease?.holder };
    if (options.restart) await reading(ledger, startOver(scene));
    const identified = await reading(ledger, identifyJob(scene));
    await reading(ledger, noteOtherServers(scene, identified.job));
    const agreed = await reading(ledger, reconcile(scene, identified.job));
    if (await reading(ledger, lacksOlderHistory(scene, identified, agreed)))
      note(olderLeftOut(scene, identified));
    await beginRun(scene, identified, agreed, lock);
    return new LedgerJob(scene, identified, agreed, notes, { lock, lease });
  } catch (error) {
    await lease?.release().catch(() => undefined);
    await ledger?.close();
    await lock.release();
    throw error;
  }
}

/** The first write of every run: a directory that can't be written is noticed before anything is sent. */
async function beginRun(
  scene: JobScene,
  { job }: Identified,
  { checkpoint }: Agreed,
  { takenFrom }: Lock,
): Promise<void> {
  const { sourceTitle, targetTitle, sourceName, targetName, host, clock } = scene;
  if (takenFrom) {
    const { pid, since } = takenFrom;
    scene.note({
      event: 'lock_taken_over',
      fields: { ...takenFrom },
      sentence: `The previous run (process ${pid} on ${takenFrom.host} since ${since}) was cut off; this one continues.`,
    });
  }
  const key = { ...scene, jobId: job.jobId };
  await transactAsHolder({ db: scene.ledger.db, lease: scene.lease }, async (db) => {
    await updateJob(db, key, {
      filesHolder: scene.holder,
      sourceTitle,
      targetTitle,
      sourceName,
      targetName,
      runPid: process.pid,
      runStartedAt: timeNow(clock),
      runEndedAt: null,
      runFrom: checkpoint,
      runAhead: null,
    });
    if (takenFrom) await noteAction(db, key, 'lock_taken_over', { ...takenFrom });
    await noteAction(db, key, 'run_started', { checkpoint, from: job.host, on: host });
  });
}

async function makeFolder(path: string): Promise<void> {
  try {
    await makePrivateDirectory(path);
  } catch (error) {
    throw new UsageError('STATE_UNWRITABLE', `Can't make the directory ${path}: ${howToWrite(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}

function otherJobs(dataDir: string, folders: readonly string[]): JobNote {
  const paths = folders.map((folder) => join(dataDir, folder));
  return {
    event: 'other_jobs',
    fields: { folders: paths },
    sentence:
      `There is another job of these chats, begun with the id from before the upgrade, in ${paths.join(' and ')}: ` +
      'this run leaves it as it is.',
  };
}

/** Whether the job has advanced into the supergroup's history without having seen the older one. */
async function lacksOlderHistory(
  { olderHistory, ledger }: JobScene,
  { job: { accountId, jobId } }: Identified,
  { checkpoint }: Agreed,
): Promise<boolean> {
  if (!olderHistory || isOlder(checkpoint)) return false;
  const row = await ledger.db
    .selectFrom('ledger_messages')
    .select('source_id')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '<', 0)
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

function olderLeftOut(
  { sourceTitle = 'The source', formerSourceId }: JobScene,
  { job: { takenUp } }: Identified,
): JobNote {
  const way =
    takenUp > 0
      ? 'clone into another target to get it, because there is no record of which later messages were sent'
      : 'write 0 into checkpoint.txt, and the next run clones it too, at the end of the target; nothing is sent twice';
  return {
    event: 'older_history_left_out',
    fields: { group: formerSourceId },
    sentence:
      `${sourceTitle} was the basic group ${formerSourceId} before, and this job was begun without the history from ` +
      `that time: ${way}.`,
  };
}
