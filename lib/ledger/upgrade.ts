import { join } from 'node:path';
import type { Transaction } from 'kysely';
import { UsageError } from '../base/errors.js';
import { OLDER_START, olderId, shownId } from '../base/source-ids.js';
import { asNumber, asOptionalNumber } from '../store/values.js';
import { CHECKPOINT_FILE, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { JOB_FILE, type JobFile, writeJobFile } from './job-file.js';
import { type JobNote, type JobScene, numberingOf } from './job-scene.js';
import { currentJob, type JobRow, updateJob } from './job-store.js';
import { noteAction } from './journal.js';
import type { LedgerTables } from './schema.js';
import { transactAsHolder } from './store-options.js';

/** What is known about a folder's job. */
interface Known {
  readonly known: JobRow | undefined;
  readonly file: JobFile | undefined;
}

/**
 * Moves a job to the supergroups that its basic groups have become since, and returns what is known about it then.
 * Source: its finished messages are now in the older history, so its source ids, its checkpoint and what it has passed
 * over are in that history's numbering. Target: its copies are in that chat's older history, and so are their ids. A random_id doesn't
 * change.
 *
 * The ledger is written first, in one transaction, then checkpoint.txt, then job.json, whose ids say how checkpoint.txt
 * is to be read: if the process is killed in between, the next one completes the move.
 */
export async function followUpgrades(scene: JobScene, { known, file }: Known): Promise<Known> {
  const { formerSourceId, formerTargetId } = scene;
  const was = (key: 'sourceId' | 'targetId', former: number | undefined): boolean =>
    former !== undefined && (known?.[key] === former || file?.[key] === former);
  const moved = { source: was('sourceId', formerSourceId), target: was('targetId', formerTargetId) };
  if (!moved.source && !moved.target) return { known, file };
  const path = join(scene.path, CHECKPOINT_FILE);
  const numbering = { ...numberingOf(scene), beforeUpgrade: moved.source };
  const checkpoint = await readCheckpoint(path, numbering);
  if (known) await moveRows(scene, known);
  if (checkpoint !== undefined) await writeCheckpoint(path, checkpoint);
  const { sourceId, targetId } = scene;
  const now = file && { ...file, sourceId, targetId };
  if (now) await writeJobFile(join(scene.path, JOB_FILE), now);
  return { known: known && (await currentJob(scene.ledger.db, scene.folder)), file: now };
}

/** Refuses a job that has moved to a supergroup which this account no longer sees, while only the group is left. */
export function refuseUnseen(
  { path, sourceId, targetId }: Pick<JobScene, 'path' | 'sourceId' | 'targetId'>,
  known: JobRow,
): void {
  const unseen = [
    { id: known.sourceId, named: sourceId, title: known.sourceTitle },
    { id: known.targetId, named: targetId, title: known.targetTitle },
  ].find(({ id, named }) => id < named && isSupergroup(id) && !isSupergroup(named));
  if (!unseen) return;
  const { id, named, title = 'the supergroup' } = unseen;
  throw new UsageError(
    'SUPERGROUP_UNSEEN',
    `The job in ${path} has moved from the group ${named} to "${title}" (${id}), which this account can no longer ` +
      'see: join it again, and the job continues.',
    { fields: { was: named, chat: id } },
  );
}

function isSupergroup(id: number): boolean {
  return id < -1_000_000_000_000;
}

async function moveRows(scene: JobScene, known: JobRow): Promise<void> {
  const source = scene.formerSourceId !== undefined && known.sourceId === scene.formerSourceId;
  const target = scene.formerTargetId !== undefined && known.targetId === scene.formerTargetId;
  if (!source && !target) return;
  const { jobId } = known;
  const options = { ...scene, jobId };
  await transactAsHolder({ db: scene.ledger.db, lease: scene.lease }, async (db) => {
    const now = await currentJob(db, scene.folder);
    if (now?.sourceId === scene.sourceId && now.targetId === scene.targetId) return;
    if (source) {
      await moveSource(db, known);
      await updateJob(db, options, {
        sourceId: scene.sourceId,
        checkpoint: olderId(known.checkpoint),
        ...(known.takenUp > 0 && { takenUp: olderId(known.takenUp) }),
        passedOver: known.passedOver.map(({ after, upTo }) => ({
          after: olderId(after),
          upTo: olderId(upTo),
        })),
      });
      await noteAction(db, options, 'source_upgraded', { from: known.sourceId, to: scene.sourceId });
    }
    if (target) {
      const before = await moveTarget(db, known);
      await updateJob(db, options, {
        targetId: scene.targetId,
        formerTargetFloor: before,
        targetBefore: null,
      });
      await noteAction(db, options, 'target_upgraded', { from: known.targetId, to: scene.targetId });
    }
  });
  if (source) scene.note(sourceNote(scene, known));
  if (target) scene.note(targetNote(scene, known));
}

/**
 * Rows of files depend on rows of messages: they are removed and put back. Rows of finished messages are no longer
 * needed.
 */
async function moveSource(db: Transaction<LedgerTables>, { accountId, jobId }: JobRow): Promise<void> {
  const finished = db
    .selectFrom('ledger_messages')
    .select('source_id')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', 'in', ['sent', 'skipped']);
  const files = await db
    .selectFrom('ledger_files')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', 'not in', finished)
    .execute();
  await db
    .deleteFrom('ledger_files')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .execute();
  await db
    .updateTable('ledger_messages')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .set((row) => ({ source_id: row('source_id', '+', OLDER_START) }))
    .execute();
  await db
    .updateTable('ledger_continuations')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .set((row) => ({ source_id: row('source_id', '+', OLDER_START) }))
    .execute();
  for (const file of files) {
    const source_id = olderId(asNumber(file.source_id));
    await db
      .insertInto('ledger_files')
      .values({ ...file, source_id })
      .execute();
  }
}

/** Returns the newest message of the group that is known to be older than the messages in doubt. */
async function moveTarget(db: Transaction<LedgerTables>, job: JobRow): Promise<number> {
  const { newest } = await db
    .selectFrom('ledger_messages')
    .where('account_id', '=', job.accountId)
    .where('job_id', '=', job.jobId)
    .select((row) => row.fn.max('target_id').as('newest'))
    .executeTakeFirstOrThrow();
  for (const table of ['ledger_messages', 'ledger_continuations'] as const) {
    await db
      .updateTable(table)
      .where('account_id', '=', job.accountId)
      .where('job_id', '=', job.jobId)
      .where('target_id', '>', 0)
      .set((row) => ({ target_id: row('target_id', '+', OLDER_START) }))
      .execute();
    await db
      .updateTable(table)
      .where('account_id', '=', job.accountId)
      .where('job_id', '=', job.jobId)
      .where('after_id', '>=', 0)
      .set((row) => ({ after_id: row('after_id', '+', OLDER_START) }))
      .execute();
  }
  return Math.max(asOptionalNumber(newest) ?? 0, job.targetBefore ?? 0);
}

function sourceNote(
  { sourceId, sourceTitle = 'The source' }: JobScene,
  { sourceId: was, checkpoint }: JobRow,
): JobNote {
  return {
    event: 'source_upgraded',
    fields: { was, now: sourceId },
    sentence:
      `${sourceTitle} was the group ${was} when this job was begun, and is the supergroup ${sourceId} now: the job ` +
      `continues there. Message ${checkpoint} of the group, which it had reached, is written as ` +
      `${shownId(olderId(checkpoint))} from now on.`,
  };
}

function targetNote({ targetId, targetTitle = 'The target' }: JobScene, { targetId: was }: JobRow): JobNote {
  return {
    event: 'target_upgraded',
    fields: { was, now: targetId },
    sentence:
      `${targetTitle} was the group ${was} when this job was begun, and is the supergroup ${targetId} now: the job ` +
      'continues there, and what it sent before stays in the older history.',
  };
}
