import type { Kysely, Selectable } from 'kysely';
import { asNumber, asOptionalNumber, clipped, timeNow } from '../store/values.js';
import type { JobSelection } from './job-file.js';
import type { JobsTable, LedgerTables } from './schema.js';
import { type JobKey, type StoreOptions, transactAsHolder } from './store-options.js';
import { readStretches, type Stretch, stretchesText } from './stretches.js';

/** A job as the ledger has it. */
export interface JobRow extends JobKey, JobSelection {
  readonly folder: string;
  readonly sourceTitle?: string;
  readonly targetTitle?: string;
  readonly checkpoint: number;
  /** What checkpoint.txt said before, if a crash may have come between the writes of ledger and file. */
  readonly checkpointBefore?: number;
  /** Everything up to this source id was done before there was a ledger, and has no rows. */
  readonly takenUp: number;
  /** Whether --restart has created it while the folder's files are still those of the job before. */
  readonly filesDue: boolean;
  /** Whoever began its latest run on a server, and so has the present files; see JobLease. */
  readonly filesHolder?: string;
  readonly host: string;
  readonly runStartedAt?: number;
  readonly runEndedAt?: number;
  readonly runFrom?: number;
  readonly runAhead?: number;
  readonly targetBefore?: number;
  readonly sourceName?: string;
  readonly targetName?: string;
  readonly formerTargetFloor?: number;
  readonly passedOver: readonly Stretch[];
  readonly comparison?: Comparison;
}

/** With what skipped messages were compared, and how many of them would have been sent. */
export interface Comparison {
  readonly key: string;
  readonly missed: number;
  /** How far the comparison has come; absent once it is complete. */
  readonly course?: ComparisonCourse;
}

/** How far skipped messages have been compared, in source ids. */
export interface ComparisonCourse {
  /** Messages beyond were left out by what they would be compared with. */
  readonly upTo: number;
  /** The ones up to here are compared. */
  readonly skippedAfter: number;
  /** Of the stretches that were passed over, what lies up to here is compared. */
  readonly passedAfter: number;
}

export interface NewJob extends JobKey, JobSelection {
  readonly folder: string;
  readonly checkpoint: number;
  readonly takenUp: number;
  readonly filesDue: boolean;
}

const TITLE_LENGTH = 255;

/** The current job of a folder: the one that no --restart has replaced. */
export async function currentJob(db: Kysely<LedgerTables>, folder: string): Promise<JobRow | undefined> {
  const row = await db
    .selectFrom('ledger_jobs')
    .selectAll()
    .where('folder', '=', folder)
    .where('replaced_by', 'is', null)
    .executeTakeFirst();
  return row && jobRow(row);
}

/** Every job that no --restart has replaced, by folder. */
export async function currentJobs(db: Kysely<LedgerTables>): Promise<JobRow[]> {
  const rows = await db
    .selectFrom('ledger_jobs')
    .selectAll()
    .where('replaced_by', 'is', null)
    .orderBy('folder')
    .execute();
  return rows.map(jobRow);
}

export async function insertJob(
  db: Kysely<LedgerTables>,
  job: NewJob,
  { host, clock }: Pick<StoreOptions, 'host' | 'clock'>,
): Promise<void> {
  await db
    .insertInto('ledger_jobs')
    .values({
      account_id: job.accountId,
      job_id: job.jobId,
      folder: job.folder,
      source_id: job.sourceId,
      target_id: job.targetId,
      source_topic: job.sourceTopic ?? null,
      target_topic: job.targetTopic ?? null,
      checkpoint: job.checkpoint,
      taken_up: job.takenUp,
      files_due: job.filesDue ? 1 : 0,
      created_at: timeNow(clock),
      host,
    })
    .execute();
}

/** The changes that a job can undergo. */
export interface JobChange {
  readonly checkpoint?: number;
  readonly checkpointBefore?: number | null;
  readonly takenUp?: number;
  readonly replacedBy?: string;
  readonly filesDue?: boolean;
  readonly filesHolder?: string | undefined;
  readonly sourceTitle?: string | undefined;
  readonly targetTitle?: string | undefined;
  readonly runPid?: number;
  readonly runStartedAt?: number;
  readonly runEndedAt?: number | null;
  readonly runFrom?: number;
  readonly runAhead?: number | null;
  readonly targetBefore?: number | null;
  readonly sourceId?: number;
  readonly targetId?: number;
  readonly sourceName?: string | undefined;
  readonly targetName?: string | undefined;
  readonly formerTargetFloor?: number | null;
  readonly passedOver?: readonly Stretch[];
  readonly comparison?: Comparison;
}

export async function updateJob(
  db: Kysely<LedgerTables>,
  { accountId, jobId, host }: Pick<StoreOptions, 'accountId' | 'jobId' | 'host'>,
  change: JobChange,
): Promise<void> {
  const { sourceTitle, targetTitle } = change;
  await db
    .updateTable('ledger_jobs')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .set({
      ...(change.checkpoint !== undefined && { checkpoint: change.checkpoint }),
      ...(change.checkpointBefore !== undefined && { checkpoint_before: change.checkpointBefore }),
      ...(change.takenUp !== undefined && { taken_up: change.takenUp }),
      ...(change.filesDue !== undefined && { files_due: change.filesDue ? 1 : 0 }),
      ...(change.filesHolder !== undefined && { files_holder: change.filesHolder }),
      ...(change.replacedBy !== undefined && { replaced_by: change.replacedBy }),
      ...(sourceTitle !== undefined && { source_title: clipped(sourceTitle, TITLE_LENGTH) }),
      ...(targetTitle !== undefined && { target_title: clipped(targetTitle, TITLE_LENGTH) }),
      ...(change.runPid !== undefined && { run_pid: change.runPid }),
      ...(change.runStartedAt !== undefined && { run_started_at: change.runStartedAt }),
      ...(change.runEndedAt !== undefined && { run_ended_at: change.runEndedAt }),
      ...(change.runFrom !== undefined && { run_from: change.runFrom }),
      ...(change.runAhead !== undefined && { run_ahead: change.runAhead }),
      ...(change.targetBefore !== undefined && { target_before: change.targetBefore }),
      ...(change.sourceId !== undefined && { source_id: change.sourceId }),
      ...(change.targetId !== undefined && { target_id: change.targetId }),
      ...(change.sourceName !== undefined && { source_name: clipped(change.sourceName, TITLE_LENGTH) }),
      ...(change.targetName !== undefined && { target_name: clipped(change.targetName, TITLE_LENGTH) }),
      ...(change.formerTargetFloor !== undefined && { former_target_floor: change.formerTargetFloor }),
      ...(change.passedOver && { passed_over: stretchesText(change.passedOver) }),
      ...(change.comparison && comparisonColumns(change.comparison)),
      host,
    })
    .execute();
}

/** Whether --restart has replaced the job by another one. */
export async function isReplaced(db: Kysely<LedgerTables>, jobId: string): Promise<boolean> {
  const row = await db
    .selectFrom('ledger_jobs')
    .select('job_id')
    .where('job_id', '=', jobId)
    .where('replaced_by', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** How many rows a job has behind a source id. */
export async function countRowsAfter(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobKey,
  sourceId: number,
): Promise<number> {
  const { count } = await db
    .selectFrom('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '>', sourceId)
    .select((row) => row.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return asNumber(count);
}

/** How many messages the jobs of a folder have sent, the current one and the ones that --restart has replaced. */
export async function copiesOf(db: Kysely<LedgerTables>, folder: string): Promise<number> {
  const { count } = await db
    .selectFrom('ledger_messages')
    .innerJoin('ledger_jobs', (join) =>
      join
        .onRef('ledger_jobs.account_id', '=', 'ledger_messages.account_id')
        .onRef('ledger_jobs.job_id', '=', 'ledger_messages.job_id'),
    )
    .where('ledger_jobs.folder', '=', folder)
    .where('ledger_messages.state', '=', 'sent')
    .select((row) => row.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return asNumber(count);
}

function jobRow(row: Selectable<JobsTable>): JobRow {
  const optional = {
    checkpointBefore: asOptionalNumber(row.checkpoint_before),
    filesHolder: row.files_holder ?? undefined,
    sourceTopic: asOptionalNumber(row.source_topic),
    targetTopic: asOptionalNumber(row.target_topic),
    sourceTitle: row.source_title ?? undefined,
    targetTitle: row.target_title ?? undefined,
    runStartedAt: asOptionalNumber(row.run_started_at),
    runEndedAt: asOptionalNumber(row.run_ended_at),
    runFrom: asOptionalNumber(row.run_from),
    runAhead: asOptionalNumber(row.run_ahead),
    targetBefore: asOptionalNumber(row.target_before),
    sourceName: row.source_name ?? undefined,
    targetName: row.target_name ?? undefined,
    formerTargetFloor: asOptionalNumber(row.former_target_floor),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return {
    accountId: asNumber(row.account_id),
    jobId: row.job_id,
    folder: row.folder,
    sourceId: asNumber(row.source_id),
    targetId: asNumber(row.target_id),
    checkpoint: asNumber(row.checkpoint),
    takenUp: asNumber(row.taken_up),
    filesDue: asNumber(row.files_due) !== 0,
    host: row.host,
    passedOver: readStretches(row.passed_over),
    ...comparisonOf(row),
    ...(Object.fromEntries(present) as Partial<JobRow>),
  };
}

function comparisonColumns({ key, missed, course }: Comparison) {
  return {
    compared_by: key,
    missed,
    compared_up_to: course?.upTo ?? null,
    compared_skipped: course?.skippedAfter ?? null,
    compared_passed: course?.passedAfter ?? null,
  };
}

function comparisonOf(row: Selectable<JobsTable>): { readonly comparison?: Comparison } {
  const { compared_by: key } = row;
  if (key === null) return {};
  const missed = asOptionalNumber(row.missed) ?? 0;
  const upTo = asOptionalNumber(row.compared_up_to);
  const skippedAfter = asOptionalNumber(row.compared_skipped);
  const passedAfter = asOptionalNumber(row.compared_passed);
  if (upTo === undefined || skippedAfter === undefined || passedAfter === undefined)
    return { comparison: { key, missed } };
  return { comparison: { key, missed, course: { upTo, skippedAfter, passedAfter } } };
}

/** Notes that no more messages are expected behind `from` than the ledger has. */
export async function noteAhead(store: StoreOptions, from: number): Promise<void> {
  await transactAsHolder(store, async (db) => {
    await updateJob(db, store, { runAhead: await countRowsAfter(db, store, from) });
  });
}
