import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.js';
import { type Numbering, ONE_HISTORY } from '../base/source-ids.js';
import { asNumber, asOptionalNumber } from '../store/values.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint.js';
import { type CopyCounts, countCopies } from './count-copies.js';
import { JOB_FILE } from './job-file.js';
import { presentHolder, runningElsewhere } from './job-lease.js';
import { currentJobs, type JobRow } from './job-store.js';
import { type LedgerPlace, readLedger } from './ledger.js';
import { type LockHolder, lockHolder } from './lock.js';
import type { LedgerTables, MessageState } from './schema.js';

/** Used because nothing here says whether the source has an older history. */
const EITHER_HISTORY: Numbering = { ...ONE_HISTORY, hasOlder: true };

/** The progress of a job. */
export interface JobStatus {
  readonly job: JobRow;
  /** The folder's path. */
  readonly path: string;
  /** Who is running it now; undefined when nobody is. Of another machine, its name alone. */
  readonly running: Pick<LockHolder, 'host'> | LockHolder | undefined;
  /** How many messages have their copy in the target. */
  readonly done: number;
  /** How they were sent, and how many lack something. */
  readonly copies: CopyCounts;
  /** How many messages were left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  /** How many of the waiting messages are being sent, or were left in doubt by a crash. */
  readonly sending: number;
  /**
   * How many messages are neither done, skipped nor failed. Together with those, they are all messages that the latest
   * run found in the source at its start or has met since. Undefined when the server didn't say how many there were.
   */
  readonly waiting: number | undefined;
  /**
   * Messages processed per minute, from the start of the latest run to its end or now; undefined before the first run.
   */
  readonly messagesPerMinute: number | undefined;
  /** When it will be done at that rate, in milliseconds since the epoch; undefined unless it is running. */
  readonly estimatedEnd: number | undefined;
  /** When a message was last settled, in milliseconds since the epoch. */
  readonly lastSettledAt: number | undefined;
}

/**
 * The jobs of a ledger, by folder, as they are at one moment. Writes nothing there, needs no connection and
 * takes no lock, whether a run is in progress or not. Throws the same errors as readLedger.
 */
export async function readStatus(place: LedgerPlace, clock: Clock): Promise<JobStatus[]> {
  const { dataDir, database } = place;
  const holder = database && (await presentHolder(dataDir));
  return (await readLedger(place, (db) => statusOfAll(db, { dataDir, holder }, clock))) ?? [];
}

/**
 * A job's folder that the ledger has nothing about: the ledger was deleted, emptied or replaced, or the folder was
 * moved here.
 */
export interface UnknownFolder {
  readonly folder: string;
  readonly path: string;
  /** Undefined when it has no readable one. */
  readonly checkpoint: number | undefined;
}

/** The job folders of a data directory that aren't among `known`. */
export async function unknownFolders(dataDir: string, known: readonly JobStatus[]): Promise<UnknownFolder[]> {
  const names = await readdir(dataDir).catch(() => []);
  const others = names.filter(
    (name) => existsSync(join(dataDir, name, JOB_FILE)) && !known.some(({ job }) => job.folder === name),
  );
  return Promise.all(
    others.sort().map(async (folder) => {
      const path = join(dataDir, folder);
      const checkpoint = await readCheckpoint(join(path, CHECKPOINT_FILE), EITHER_HISTORY).catch(
        () => undefined,
      );
      return { folder, path, checkpoint };
    }),
  );
}

/** `holder`: by what this data directory is known on a server; undefined for a ledger that is a file. */
interface Looking {
  readonly dataDir: string;
  readonly holder: string | undefined;
}

async function statusOfAll(db: Kysely<LedgerTables>, looking: Looking, clock: Clock): Promise<JobStatus[]> {
  const statuses: JobStatus[] = [];
  for (const job of await currentJobs(db)) {
    statuses.push(await statusOf(db, job, looking, clock));
  }
  return statuses;
}

async function statusOf(
  db: Kysely<LedgerTables>,
  job: JobRow,
  { dataDir, holder }: Looking,
  clock: Clock,
): Promise<JobStatus> {
  const path = join(dataDir, job.folder);
  const running = (await lockHolder(join(path, 'lock'))) ?? (await leasedBy(db, job, holder));
  const counts = await countByReason(db, job);
  const lastSettledAt = await newestSettlement(db, job);
  const waiting = waitingOf(counts, job);
  const ms = runMs(job, running, lastSettledAt, clock);
  const settled = ms > 0 ? await settledIn(db, job) : 0;
  return {
    job,
    path,
    running,
    done: sum(counts.filter(({ state }) => state === 'sent')),
    copies: await countCopies(db, job),
    skipped: byReason(counts, 'skipped'),
    failed: byReason(counts, 'failed'),
    sending: sum(counts.filter(({ state }) => state === 'sending')),
    waiting,
    messagesPerMinute: ms > 0 ? (settled * 60_000) / ms : undefined,
    estimatedEnd:
      running && settled > 0 && waiting !== undefined ? clock.now() + (waiting * ms) / settled : undefined,
    lastSettledAt,
  };
}

/** Which other machine runs a job of a server. */
async function leasedBy(
  db: Kysely<LedgerTables>,
  job: JobRow,
  holder: string | undefined,
): Promise<Pick<LockHolder, 'host'> | undefined> {
  const host = holder === undefined ? undefined : await runningElsewhere(db, job, holder);
  return host === undefined ? undefined : { host };
}

interface Count {
  readonly state: MessageState;
  readonly reason: string;
  /** Whether these messages come after the latest run's start, which counted them then. */
  readonly inRun: boolean;
  readonly count: number;
}

async function countByReason(
  db: Kysely<LedgerTables>,
  { accountId, jobId, runFrom = 0 }: JobRow,
): Promise<Count[]> {
  const counted = async (inRun: boolean): Promise<Count[]> => {
    const rows = await db
      .selectFrom('ledger_messages')
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .where('source_id', inRun ? '>' : '<=', runFrom)
      .groupBy(['state', 'reason'])
      .select((row) => ['state', 'reason', row.fn.countAll().as('count')])
      .execute();
    return rows.map(({ state, reason, count }) => ({
      state,
      reason: reason ?? '',
      inRun,
      count: asNumber(count),
    }));
  };
  return [...(await counted(false)), ...(await counted(true))];
}

const FINAL: ReadonlySet<MessageState> = new Set(['sent', 'skipped', 'failed']);

/**
 * All messages to go through except the final ones; a message that is tried again counts as waiting, wherever it
 * stands.
 */
function waitingOf(counts: readonly Count[], { runAhead }: JobRow): number | undefined {
  if (runAhead === undefined) return undefined;
  const before = sum(counts.filter(({ inRun }) => !inRun));
  const since = sum(counts.filter(({ inRun }) => inRun));
  const total = before + Math.max(runAhead, since);
  return total - sum(counts.filter(({ state }) => FINAL.has(state)));
}

/** How many of the messages that the latest run counted at its start are settled. */
async function settledIn(
  db: Kysely<LedgerTables>,
  { accountId, jobId, runFrom = 0, runStartedAt = 0 }: JobRow,
): Promise<number> {
  const { count } = await db
    .selectFrom('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '>', runFrom)
    .where('settled_at', '>=', runStartedAt)
    .select((row) => row.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return asNumber(count);
}

/** Messages are settled in the source's order, except the ones that are tried again. */
async function newestSettlement(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobRow,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('settled_at', 'is not', null)
    .orderBy('source_id', 'desc')
    .select('settled_at')
    .limit(1)
    .executeTakeFirst();
  return row && asOptionalNumber(row.settled_at);
}

/** How long the latest run has lasted. One that was killed is taken to have ended when it last settled a message. */
function runMs(
  { runStartedAt, runEndedAt }: JobRow,
  running: JobStatus['running'],
  lastSettledAt: number | undefined,
  clock: Clock,
): number {
  if (runStartedAt === undefined) return 0;
  const end = running ? clock.now() : (runEndedAt ?? lastSettledAt ?? runStartedAt);
  return end - runStartedAt;
}

function byReason(counts: readonly Count[], state: MessageState): Record<string, number> {
  const found = counts.filter((each) => each.state === state);
  const byName: Record<string, number> = {};
  for (const { reason, count } of found) byName[reason] = (byName[reason] ?? 0) + count;
  return Object.fromEntries(Object.entries(byName).sort());
}

function sum(counts: readonly Count[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
