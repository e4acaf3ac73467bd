import { basename, join } from 'node:path';
import type { Kysely } from 'kysely';
import { chunked } from '../store/values.js';
import { type Examined, examineJob } from './examine-job.js';
import { type Comparison, currentJob } from './job-store.js';
import { readLedger } from './ledger.js';
import { type MessageRow, messageRow } from './message-row.js';
import { lastSkipped, skippedAfter } from './missed-store.js';
import type { LedgerTables } from './schema.js';
import type { Stretch } from './stretches.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap } from './topic-map.js';
import { topicMapOf } from './topic-store.js';

/** A job that is only looked at: nothing is written, and no lock taken. */
export interface PeekedJob extends Examined {
  /** Undefined when the ledger doesn't know the job. */
  readonly id: string | undefined;
  readonly topicMap: TopicMap;
  /** The rows of these messages, as they are now. */
  find(sourceIds: readonly number[]): Promise<readonly MessageRow[]>;
  readonly passedOver: readonly Stretch[];
  readonly comparison: Comparison | undefined;
  /** The skipped messages after a source id, oldest first, at most `most`. */
  skippedAfter(sourceId: number, most: number): Promise<readonly MessageRow[]>;
  /** The newest skipped message's source id; undefined when there is none. */
  lastSkipped(): Promise<number | undefined>;
  /** The messages in one of these states, oldest first. */
  inStates(states: readonly MessageRow['state'][]): Promise<readonly MessageRow[]>;
}

/** Looks at a job, whether it was begun or not, and throws the same errors as `openJob`. */
export async function peekJob(options: Parameters<typeof examineJob>[0]): Promise<PeekedJob> {
  const examined = await examineJob(options);
  const folder = basename(examined.path);
  const fresh = options.restart === true;
  const known = fresh ? undefined : await readLedger(options, (db) => currentJob(db, folder));
  const noted = async (): Promise<TopicMap | undefined> =>
    known && readLedger(options, (db) => topicMapOf(db, known));
  const topicMap = fresh
    ? undefined
    : await (examined.filesAreOlder ? noted() : readTopicMap(join(examined.path, TOPIC_MAP_FILE)));
  const read = async (
    narrow: (query: ReturnType<typeof rowsOf>) => ReturnType<typeof rowsOf>,
  ): Promise<readonly MessageRow[]> => {
    if (!known) return [];
    const rows = await readLedger(options, (db) => narrow(rowsOf(db, known)).execute());
    return (rows ?? []).map(messageRow);
  };
  return {
    ...examined,
    ...(fresh && { checkpoint: 0 }),
    id: known?.jobId,
    topicMap: topicMap ?? new Map(),
    async find(sourceIds) {
      const found: MessageRow[] = [];
      for (const chunk of chunked(sourceIds)) {
        found.push(...(await read((query) => query.where('source_id', 'in', chunk))));
      }
      return found;
    },
    passedOver: known?.passedOver ?? [],
    comparison: known?.comparison,
    async skippedAfter(sourceId, most) {
      if (!known) return [];
      const { accountId, jobId } = known;
      const key = { accountId, jobId };
      return (await readLedger(options, (db) => skippedAfter(db, key, sourceId, most))) ?? [];
    },
    lastSkipped: async () => known && readLedger(options, (db) => lastSkipped(db, known)),
    inStates: (states) => read((query) => query.where('state', 'in', states)),
  };
}

function rowsOf(db: Kysely<LedgerTables>, { accountId, jobId }: { accountId: number; jobId: string }) {
  return db
    .selectFrom('ledger_messages')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .orderBy('source_id');
}
