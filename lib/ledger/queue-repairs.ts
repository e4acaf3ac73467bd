import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import type { Transaction } from 'kysely';
import type { Random } from '../base/random.js';
import { transact } from '../store/repeatable.js';
import { timeNow } from '../store/values.js';
import type { Copies, CopiesOptions } from './copies.js';
import { borrowJob, type JobChange, refuseLeased } from './job-lease.js';
import { openLeasedLedger, readLedger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { acquireLock, refuseHeld } from './lock.js';
import type { LedgerTables, Repair } from './schema.js';

/** The reason of a message whose copy is gone, until a run has sent it again. */
export const COPY_GONE = 'copy_gone';

/** A copy that is missing or wrong, and what the next run is to do about it. */
export interface QueuedRepair {
  readonly sourceId: number;
  readonly repair: Repair;
  /** The message that continues the copy, instead of the copy itself. */
  readonly part?: number;
  /** The album of the source's message, for one that is to be sent and that the ledger doesn't know. */
  readonly album?: string;
}

const CHUNK = 200;

export interface RepairOptions extends CopiesOptions {
  readonly random: Random;
}

/**
 * Queues repairs for the job's next run, and returns how many: a message whose copy is gone fails, under a new
 * random_id, since Telegram would take the old one for a repeat of the send that succeeded; a copy that is wrong is
 * marked, and so is a message that failed in doubt: its copy may be there, so it is looked for, and the old random_id
 * decides. A message to be sent that the ledger doesn't know is planned. Messages that are not `sent` (or, to be sent again,
 * failed or skipped) are left alone.
 *
 * Throws JOB_RUNNING while a run has the job, here or on another machine, and the same errors as openLedger.
 */
export async function queueRepairs(
  options: RepairOptions,
  { jobId, path }: Pick<Copies, 'jobId' | 'path'>,
  repairs: readonly QueuedRepair[],
): Promise<number> {
  const { accountId, clock, random } = options;
  // A machine that has never run the job has no folder of it to lock.
  const lock = existsSync(path) ? await acquireLock(join(path, 'lock'), clock) : undefined;
  try {
    const ledger = await openLeasedLedger(options, { host: hostname(), clock, random });
    try {
      let total = 0;
      for (let start = 0; start < repairs.length; start += CHUNK) {
        const chunk = repairs.slice(start, start + CHUNK);
        await ledger.keep();
        const work = transact(ledger.db, async (db) => {
          await borrowJob(db, changeOf(options, path));
          let queued = 0;
          const queue: Queue = { db, accountId, jobId, clock, random };
          for (const { part, ...each } of chunk)
            queued += await (part === undefined ? queueCopy(queue, each) : queuePart(queue, each, part));
          return queued;
        });
        total += await reading(ledger, work);
      }
      return total;
    } finally {
      await ledger.close();
    }
  } finally {
    await lock?.release();
  }
}

interface Queue extends Pick<CopiesOptions, 'accountId' | 'clock'> {
  readonly db: Transaction<LedgerTables>;
  readonly jobId: string;
  readonly random: Random;
}

async function queueCopy(
  queue: Queue,
  { sourceId, repair, album }: Omit<QueuedRepair, 'part'>,
): Promise<number> {
  if (repair === 'send' && !(await isKnown(queue, sourceId))) return plan(queue, sourceId, album);
  const { db, accountId, jobId, clock, random } = queue;
  const row = db
    .updateTable('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId);
  if (repair === 'send') {
    const inDoubt = row.where('state', '=', 'failed').where('after_id', 'is not', null).set({ repair });
    const { numUpdatedRows } = await inDoubt.executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) return Number(numUpdatedRows);
  }
  const query =
    repair === 'edit'
      ? row.where('state', '=', 'sent').set({ repair })
      : row.where('state', 'in', ['sent', 'failed', 'skipped']).set({
          state: 'failed',
          repair,
          random_id: newRandomId(random),
          target_id: null,
          reason: COPY_GONE,
          detail: 'Its copy is gone from the target: the next run sends it again.',
          after_id: null,
          losses: null,
          sent_text: null,
          settled_at: timeNow(clock),
        });
  const { numUpdatedRows } = await query.executeTakeFirstOrThrow();
  // The uploads of that time are used up, and may be what is wrong: the files are carried over again.
  await db
    .deleteFrom('ledger_files')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .execute();
  return Number(numUpdatedRows);
}

async function isKnown({ db, accountId, jobId }: Queue, sourceId: number): Promise<boolean> {
  const row = await db
    .selectFrom('ledger_messages')
    .select('source_id')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row !== undefined;
}

/** A planned message behind the checkpoint is sent by whichever run comes next. */
async function plan(
  { db, accountId, jobId, clock, random }: Queue,
  sourceId: number,
  album: string | undefined,
): Promise<number> {
  await db
    .insertInto('ledger_messages')
    .values({
      account_id: accountId,
      job_id: jobId,
      source_id: sourceId,
      state: 'planned',
      random_id: newRandomId(random),
      grouped_id: album === undefined ? null : BigInt(album),
      attempts: 0,
      planned_at: timeNow(clock),
      host: hostname(),
    })
    .execute();
  return 1;
}

/**
 * A message that continues a copy: one that is gone is sent again by the next run, as one that was never sent. One that
 * was never sent in fact, or not for certain, is tried again.
 */
async function queuePart(
  { db, accountId, jobId, random }: Queue,
  { sourceId, repair }: Omit<QueuedRepair, 'part'>,
  part: number,
): Promise<number> {
  const row = db
    .updateTable('ledger_continuations')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', '=', sourceId)
    .where('part', '=', part);
  const settled = { reason: null, detail: null };
  const changes =
    repair === 'edit'
      ? [row.set({ repair })]
      : [
          row
            .where('target_id', 'is', null)
            .where('state', '=', 'failed')
            .set({ ...settled, state: 'sending' }),
          row.where('target_id', 'is not', null).set({
            ...settled,
            state: 'planned',
            random_id: newRandomId(random),
            target_id: null,
            after_id: null,
          }),
        ];
  let queued = 0;
  for (const change of changes) queued += Number((await change.executeTakeFirstOrThrow()).numUpdatedRows);
  return queued;
}

function newRandomId(random: Random): bigint {
  return random.bytes(8).readBigInt64LE() || 1n;
}

/** Throws JOB_RUNNING while a run has the job, here or on another machine: then nothing can be queued. */
export async function refuseRunning(options: RepairOptions, { path }: Pick<Copies, 'path'>): Promise<void> {
  await refuseHeld(join(path, 'lock'));
  if (!options.database) return;
  await readLedger(options, (db) => refuseLeased(db, changeOf(options, path)), 'look-before-writing');
}

function changeOf(options: RepairOptions, path: string): JobChange {
  const { random, dataDir, database, owner } = options;
  return { random, dataDir, database, owner, folder: basename(path) };
}
