import { openLedger } from '../../lib/ledger/ledger.js';

/** The ledger's record of one job. */
export interface JobRecord {
  readonly sourceId: number;
  /** Source id → target id of what is sent. */
  readonly copies: ReadonlyMap<number, number>;
  /** Source topic → target topic, of the topics that exist. */
  readonly topics: ReadonlyMap<number, number>;
}

/** The records of a data directory's jobs, read straight from the ledger's tables. */
export async function readRecords(dataDir: string): Promise<JobRecord[]> {
  const { db, close } = await openLedger(dataDir);
  try {
    const jobs = await db.selectFrom('jobs').select(['job_id', 'source_id']).execute();
    const messages = await db
      .selectFrom('messages')
      .select(['job_id', 'source_id', 'target_id'])
      .where('state', '=', 'sent')
      .execute();
    const topics = await db
      .selectFrom('topics')
      .select(['job_id', 'source_id', 'target_id'])
      .where('target_id', 'is not', null)
      .execute();
    const of = (rows: typeof messages, jobId: string): Map<number, number> =>
      new Map(
        rows
          .filter(({ job_id }) => job_id === jobId)
          .map(({ source_id, target_id }) => [Number(source_id), Number(target_id)]),
      );
    return jobs.map(({ job_id, source_id }) => ({
      sourceId: Number(source_id),
      copies: of(messages, job_id),
      topics: of(topics, job_id),
    }));
  } finally {
    await close();
  }
}
