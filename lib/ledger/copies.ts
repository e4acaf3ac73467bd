import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Transaction } from 'kysely';
import type { Clock } from '../base/clock.js';
import { asNumber, asOptionalNumber, chunked } from '../store/values.js';
import { type ContinuationRow, ContinuationStore } from './continuation-store.js';
import type { FormerIds, JobSelection } from './job-file.js';
import { findJobFolder } from './job-folder.js';
import { currentJob, type JobRow } from './job-store.js';
import { type LedgerPlace, readLedger } from './ledger.js';
import type { MessageRow } from './message-row.js';
import { MessageStore } from './message-store.js';
import type { LedgerTables } from './schema.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap } from './topic-map.js';

/** What is read may be repaired by the same process. */
const PURPOSE = 'look-before-writing';

/** Where a job is kept. */
export interface CopiesOptions extends JobSelection, FormerIds, LedgerPlace {
  readonly accountId: number;
  readonly clock: Clock;
}

/** What a job's ledger says about its copies, for readers: nothing is locked, and nothing is written. */
export interface Copies {
  readonly jobId: string;
  /** The job's folder. */
  readonly path: string;
  /** Everything up to this source id is final. */
  readonly checkpoint: number;
  /** Everything up to this source id was done before there was a ledger. */
  readonly takenUp: number;
  /** Whether no run has read this message of the source, because its selection began later. */
  wasPassedOver(sourceId: number): boolean;
  /** When the job last ran, in milliseconds since the epoch; 0: never. */
  readonly lastRunAt: number;
  /** Source topic id → target topic id. */
  readonly topicMap: TopicMap;
  /** The job's copies come after this message of the target. */
  readonly targetBefore: number;
  /** The rows of these messages that exist, by source id. */
  find(sourceIds: readonly number[]): Promise<ReadonlyMap<number, MessageRow>>;
  /** The messages that continue the copies of these, in order, by source id. */
  continuationsOf(sourceIds: readonly number[]): Promise<ReadonlyMap<number, readonly ContinuationRow[]>>;
  /** The further messages of the copies of these that are albums of their own, in order, by source id. */
  itemsOf(sourceIds: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>;
  /** Those of these messages of the target that are copies: of this job, or of another job of the account. */
  copiesAmong(targetIds: readonly number[]): Promise<ReadonlySet<number>>;
}

/** The job of two chats as the ledger has it now; undefined when there is none of this account. */
export async function readCopies(options: CopiesOptions): Promise<Copies | undefined> {
  const { dataDir, accountId } = options;
  const { name: folder } = await findJobFolder(options, PURPOSE);
  const look = async (db: Transaction<LedgerTables>) => {
    const job = await currentJob(db, folder);
    if (!job || job.accountId !== accountId) return undefined;
    return { job, before: job.targetBefore ?? (await beforeFirst(db, job)), topics: await topicsOf(db, job) };
  };
  const read = await readLedger(options, look, PURPOSE);
  if (!read) return undefined;
  const { job, before, topics } = read;
  const path = join(dataDir, folder);
  const store = { accountId, jobId: job.jobId, host: hostname(), clock: options.clock };
  const within = async <T>(work: (db: Transaction<LedgerTables>) => Promise<T>, nothing: T): Promise<T> =>
    (await readLedger(options, work, PURPOSE)) ?? nothing;
  return {
    jobId: job.jobId,
    path,
    checkpoint: job.checkpoint,
    takenUp: job.takenUp,
    wasPassedOver: (sourceId) =>
      job.passedOver.some(({ after, upTo }) => sourceId > after && sourceId <= upTo),
    lastRunAt: job.runStartedAt ?? 0,
    // A person may have edited the file since.
    topicMap: (await readTopicMap(join(path, TOPIC_MAP_FILE))) ?? topics,
    targetBefore: before,
    find: (sourceIds) =>
      within((db) => new MessageStore({ ...store, db }).find(sourceIds), new Map<number, MessageRow>()),
    continuationsOf: (sourceIds) =>
      within(
        (db) => new ContinuationStore({ ...store, db }).ofAll(sourceIds),
        new Map<number, ContinuationRow[]>(),
      ),
    itemsOf: (sourceIds) =>
      within((db) => new ContinuationStore({ ...store, db }).itemsOf(sourceIds), new Map<number, number[]>()),
    copiesAmong: (targetIds) => within((db) => copiesAmong(db, job, targetIds), new Set<number>()),
  };
}

/** A job of an older version didn't note where the target ended before its first send. */
async function beforeFirst(db: Transaction<LedgerTables>, { accountId, jobId }: JobRow): Promise<number> {
  const row = await db
    .selectFrom('ledger_messages')
    .select((each) => each.fn.min('target_id').as('first'))
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  const first = row && asOptionalNumber(row.first);
  return first === undefined ? 0 : first - 1;
}

async function topicsOf(
  db: Transaction<LedgerTables>,
  { accountId, jobId }: JobRow,
): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('ledger_topics')
    .select(['source_id', 'target_id'])
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('target_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [asNumber(row.source_id), asNumber(row.target_id ?? 0)]));
}

/** A copy may consist of several messages. */
async function copiesAmong(
  db: Transaction<LedgerTables>,
  { accountId, targetId }: JobRow,
  targetIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  const jobs = await db
    .selectFrom('ledger_jobs')
    .select('job_id')
    .where('account_id', '=', accountId)
    .where('target_id', '=', targetId)
    .execute();
  const ids = jobs.map(({ job_id }) => job_id);
  for (const chunk of chunked(targetIds)) {
    const copies = db.selectFrom('ledger_messages').select('target_id').where('target_id', 'in', chunk);
    const more = db.selectFrom('ledger_continuations').select('target_id').where('target_id', 'in', chunk);
    for (const { target_id } of [
      ...(await copies.where('account_id', '=', accountId).where('job_id', 'in', ids).execute()),
      ...(await more.where('account_id', '=', accountId).where('job_id', 'in', ids).execute()),
    ])
      found.add(asNumber(target_id ?? 0));
  }
  return found;
}
