import { existsSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.js';
import { UsageError } from '../base/errors.js';
import type { Random } from '../base/random.js';
import { codeOf } from '../base/system-errors.js';
import { transact } from '../store/repeatable.js';
import { asNumber } from '../store/values.js';
import { JOB_FILE } from './job-file.js';
import { borrowJob } from './job-lease.js';
import { copiesOf, currentJob } from './job-store.js';
import { type LedgerPlace, openLeasedLedger, readLedger } from './ledger.js';
import { LEDGER_FILE } from './ledger-file.js';
import { acquireLock } from './lock.js';
import { type TargetFile, targetFilesIn } from './made-target-file.js';
import { hasTargetRow, type JobOfTarget, removeTargetRows } from './made-target-row.js';
import type { LedgerTables } from './schema.js';

/** A job that can be forgotten: rows in the ledger, a folder, or both. */
export interface Forgettable {
  readonly folder: string;
  readonly path: string;
  /** How many of its messages are in the ledger. */
  readonly rows: number;
  /** How many messages it has sent. */
  readonly copies: number;
  readonly targetId: number | undefined;
  readonly targetTitle: string | undefined;
  /** Where --create-target has noted that it made the job's target: files, and the database. */
  readonly madeTargets: readonly string[];
}

/**
 * The tables with a job's rows, apart from its target's; tables that refer to others come first. The type makes sure that no table is left out.
 */
const TABLES = [
  'ledger_continuations',
  'ledger_files',
  'ledger_messages',
  'ledger_topics',
  'ledger_actions',
  'ledger_jobs',
] as const;
type Forgotten =
  Exclude<keyof LedgerTables, (typeof TABLES)[number] | 'ledger_targets'> extends never
    ? (typeof TABLES)[number]
    : never;

/** See jobFolderName. */
const FOLDER = /^(?:restored_)?-?\d+_to_-?\d+(?:_topic_\d+)?(?:_into_\d+)?(?:_of_[\w.-]+)?$/;

/** The files that TelePi puts into a job's folder. */
const OWN_FILES =
  /^(?:checkpoint\.txt|topic_map\.json|job\.json|chat_photo\.json|pins\.json)(?:\.before-restart)?$|^lock(?:\.db(?:-journal|-wal|-shm)?)?$|^clone\.log(?:\.\d+)?$|^\.[0-9a-f-]{36}\.tmp$/;

/** @throws UsageError UNKNOWN_JOB when the data directory has no job with that folder. */
export async function findForgettable(place: LedgerPlace, folder: string): Promise<Forgettable> {
  const { dataDir } = place;
  const path = join(dataDir, folder);
  if (!FOLDER.test(folder)) throw unknownJob(dataDir, folder);
  const found = await readLedger(place, (db) => rowsOf(db, folder), 'look-before-writing');
  const { job, rows = 0, copies = 0, hasTarget } = found ?? {};
  const inDatabase = hasTarget ? [place.database?.name ?? join(dataDir, LEDGER_FILE)] : [];
  const madeTargets = [...(await targetFilesOf(dataDir, folder)), ...inDatabase];
  // A target may have been made, and no job begun.
  if (!job && !existsSync(join(path, JOB_FILE)) && madeTargets.length === 0)
    throw unknownJob(dataDir, folder);
  return {
    folder,
    path,
    rows,
    copies,
    targetId: job?.targetId,
    targetTitle: job?.targetTitle,
    madeTargets,
  };
}

async function rowsOf(db: Kysely<LedgerTables>, folder: string) {
  const { rows } = await db
    .selectFrom('ledger_messages')
    .innerJoin('ledger_jobs', (on) =>
      on
        .onRef('ledger_jobs.account_id', '=', 'ledger_messages.account_id')
        .onRef('ledger_jobs.job_id', '=', 'ledger_messages.job_id'),
    )
    .where('ledger_jobs.folder', '=', folder)
    .select((row) => row.fn.countAll().as('rows'))
    .executeTakeFirstOrThrow();
  const made = jobOfTarget(folder);
  return {
    job: await currentJob(db, folder),
    rows: asNumber(rows),
    copies: await copiesOf(db, folder),
    hasTarget: made !== undefined && (await hasTargetRow(db, made)),
  };
}

/** What a folder's name says of its job; undefined for one with a topic of the target, which no run makes. */
function jobOfTarget(folder: string): JobOfTarget | undefined {
  const [, source, target, topic, server] = MADE.exec(folder) ?? [];
  if (source === undefined) return undefined;
  const sourceTopic = topic === undefined ? undefined : Number(topic);
  return { sourceId: Number(source), targetId: Number(target), sourceTopic, server };
}

const MADE = /^(-?\d+)_to_(-?\d+)(?:_topic_(\d+))?(?:_of_([\w.-]+))?$/;

/** The files by which --create-target knows the target of the job with this folder: one, if any, for each account. */
async function targetFilesOf(dataDir: string, folder: string): Promise<string[]> {
  const job = jobOfTarget(folder);
  if (!job) return [];
  const isOfJob = ({ sourceId, sourceTopic, server, record }: TargetFile): boolean =>
    sourceId === job.sourceId &&
    sourceTopic === job.sourceTopic &&
    server === job.server &&
    record.targetId === job.targetId;
  return (await targetFilesIn(dataDir)).filter(isOfJob).map(({ path }) => path);
}

function unknownJob(dataDir: string, folder: string): UsageError {
  return new UsageError(
    'UNKNOWN_JOB',
    `There is no job ${folder} in ${dataDir}: telepi status lists the jobs.`,
    {
      fields: { folder },
    },
  );
}

/**
 * Removes a job, the jobs that --restart has replaced by it, their files, and the note that --create-target has made its
 * target, so that the next run makes another one. `kept`: other files in the folder, which stay. Refuses while the job
 * runs, here or on another machine (JOB_RUNNING). If it is interrupted, it can be run again.
 */
export async function forgetJob(
  place: LedgerPlace,
  { folder, path }: Pick<Forgettable, 'folder' | 'path'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<{ readonly kept: readonly string[] }> {
  if (!existsSync(path)) {
    await removeRows(place, folder, { clock, random });
    await removeAll(await targetFilesOf(place.dataDir, folder));
    return { kept: [] };
  }
  const lock = await acquireLock(join(path, 'lock'), clock);
  try {
    await removeRows(place, folder, { clock, random });
    await removeAll(await targetFilesOf(place.dataDir, folder));
    const kept = await removeFiles(path);
    return { kept };
  } finally {
    await lock.release();
  }
}

async function removeRows(
  place: LedgerPlace,
  folder: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<void> {
  if (!place.database && !existsSync(join(place.dataDir, LEDGER_FILE))) return;
  const ledger = await openLeasedLedger(place, { host: hostname(), clock, random });
  try {
    await ledger.keep();
    await transact(ledger.db, async (db) => {
      const jobs = await db
        .selectFrom('ledger_jobs')
        .select(['account_id', 'job_id'])
        .where('folder', '=', folder)
        .execute();
      await borrowJob(db, { ...place, folder, random });
      for (const { account_id, job_id } of jobs) {
        for (const table of TABLES satisfies readonly Forgotten[]) {
          await db
            .deleteFrom(table)
            .where('account_id', '=', account_id)
            .where('job_id', '=', job_id)
            .execute();
        }
      }
      const made = jobOfTarget(folder);
      if (made) await removeTargetRows(db, made);
    });
  } finally {
    await ledger.close();
  }
}

/** The lock's own file is removed last: this process holds it until then. */
async function removeFiles(path: string): Promise<string[]> {
  const names = await readdir(path);
  const own = names.filter((name) => OWN_FILES.test(name)).sort();
  await removeAll(own.map((name) => join(path, name)));
  try {
    await rmdir(path);
    return [];
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY') throw error;
    return names.filter((name) => !OWN_FILES.test(name));
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}
