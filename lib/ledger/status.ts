import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.js';
import { currentJobs, type JobRow } from './job-store.js';
import { LEDGER_FILE, openLedger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { type LockHolder, lockHolder } from './lock.js';
import type { LedgerTables, MessageState } from './schema.js';
import { asNumber, asOptionalNumber } from './values.js';

/** How far a job is. */
export interface JobStatus {
  readonly job: JobRow;
  /** The folder's path. */
  readonly path: string;
  /** Who runs it now; undefined when nobody does. */
  readonly running: LockHolder | undefined;
  /** Messages whose copy is in the target. */
  readonly done: number;
  /** Messages left out, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  /** Sends that are under way, or that a crash left in doubt. */
  readonly sending: number;
  /** Messages that are still to be gone through; undefined when the server didn't tell how many there are. */
  readonly waiting: number | undefined;
  /** Messages gone through an hour, from the start of the latest run to its end or now; undefined before the first. */
  readonly perHour: number | undefined;
  /** When it will be done at that rate, in milliseconds since the epoch; undefined unless it runs. */
  readonly estimatedEnd: number | undefined;
  /** When a message was last settled, in milliseconds since the epoch. */
  readonly lastSettledAt: number | undefined;
}

/**
 * The jobs of a data directory, by folder. Reads only what is recorded: no connection, no lock, while a run goes on or
 * not. Errors as openLedger's.
 */
export async function readStatus(dataDir: string, clock: Clock): Promise<JobStatus[]> {
  if (!existsSync(join(dataDir, LEDGER_FILE))) return [];
  const ledger = await openLedger(dataDir);
  try {
    return await reading(ledger.path, statusOfAll(ledger.db, dataDir, clock));
  } finally {
    await ledger.close();
  }
}

async function statusOfAll(db: Kysely<LedgerTables>, dataDir: string, clock: Clock): Promise<JobStatus[]> {
  const statuses: JobStatus[] = [];
  for (const job of await currentJobs(db)) {
    statuses.push(await statusOf(db, job, join(dataDir, job.folder), clock));
  }
  return statuses;
}

async function statusOf(
  db: Kysely<LedgerTables>,
  job: JobRow,
  path: string,
  clock: Clock,
): Promise<JobStatus> {
  const running = await lockHolder(join(path, 'lock'));
  const counts = await countByReason(db, job);
  const lastSettledAt = await newestSettlement(db, job);
  const done = sum(counts.filter(({ state }) => state === 'sent'));
  const sending = sum(counts.filter(({ state }) => state === 'sending'));
  const planned = sum(counts.filter(({ state }) => state === 'planned'));
  const through = await goneThrough(db, job);
  const waiting =
    job.runAhead === undefined ? undefined : Math.max(job.runAhead - through, planned + sending);
  const seconds = runSeconds(job, running, lastSettledAt, clock);
  const perHour = seconds && seconds > 0 ? (through / seconds) * 3600 : undefined;
  return {
    job,
    path,
    running,
    done,
    skipped: byReason(counts, 'skipped'),
    failed: byReason(counts, 'failed'),
    sending,
    waiting,
    perHour,
    estimatedEnd:
      running && perHour && waiting !== undefined ? clock.now() + (waiting / perHour) * 3_600_000 : undefined,
    lastSettledAt,
  };
}

interface Count {
  readonly state: MessageState;
  readonly reason: string;
  readonly count: number;
}

async function countByReason(db: Kysely<LedgerTables>, { accountId, jobId }: JobRow): Promise<Count[]> {
  const rows = await db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .groupBy(['state', 'reason'])
    .select((row) => ['state', 'reason', row.fn.countAll().as('count')])
    .execute();
  return rows.map(({ state, reason, count }) => ({ state, reason: reason ?? '', count: asNumber(count) }));
}

/** What the latest run has gone through: the rows between the checkpoint that it started from and the one it is at. */
async function goneThrough(db: Kysely<LedgerTables>, job: JobRow): Promise<number> {
  const { count } = await db
    .selectFrom('messages')
    .where('account_id', '=', job.accountId)
    .where('job_id', '=', job.jobId)
    .where('source_id', '>', job.runFrom ?? 0)
    .where('source_id', '<=', job.checkpoint)
    .select((row) => row.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return asNumber(count);
}

/** Messages are settled in the source's order, but for those that are tried again. */
async function newestSettlement(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobRow,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('settled_at', 'is not', null)
    .orderBy('source_id', 'desc')
    .select('settled_at')
    .limit(1)
    .executeTakeFirst();
  return row && asOptionalNumber(row.settled_at);
}

/** A run that was killed has ended with what it settled last. */
function runSeconds(
  { runStartedAt, runEndedAt }: JobRow,
  running: LockHolder | undefined,
  lastSettledAt: number | undefined,
  clock: Clock,
): number | undefined {
  if (runStartedAt === undefined) return undefined;
  const end = running ? clock.now() : (runEndedAt ?? lastSettledAt ?? runStartedAt);
  return (end - runStartedAt) / 1000;
}

function byReason(counts: readonly Count[], state: MessageState): Record<string, number> {
  const found = counts.filter((each) => each.state === state);
  return Object.fromEntries(found.map(({ reason, count }) => [reason, count]).sort());
}

function sum(counts: readonly Count[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
