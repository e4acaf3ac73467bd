import type { Kysely, Selectable, Transaction } from 'kysely';
import { asBigInt, asNumber, asOptionalNumber, timeNow } from '../store/values.js';
import type { LedgerTables, TopicsTable } from './schema.js';
import { type JobKey, type StoreOptions, transactAsHolder } from './store-options.js';
import type { TopicMap } from './topic-map.js';

/** A source topic, and its counterpart in the target. */
export interface TopicRow {
  readonly sourceTopicId: number;
  /** How often its entry was taken out of topic_map.json so that it is created again. */
  readonly generation: number;
  /** The random_id of the creation (messages.createForumTopic). */
  readonly randomId: bigint;
  /** Absent until the topic exists. */
  readonly targetTopicId?: number;
  /** See TopicDetails: as it was when the creation was planned. */
  readonly afterId?: number;
}

/** The details by which a topic is looked for when its creation is in doubt. */
export interface TopicDetails {
  /** SHA-256 of the title, in hex. */
  readonly titleHash: string;
  /** The newest known message of the target: the topic comes after it. */
  readonly afterId: number;
}

/** A topic that may have been created without this job knowing so. */
export interface TopicInDoubt extends TopicDetails {
  readonly sourceTopicId: number;
}

/** A job's topics. Each call is one transaction, durable when its promise resolves. */
export class TopicStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** The topic's row, created if it is missing. `randomIdOf` is called once for each generation. */
  async plan(
    sourceTopicId: number,
    randomIdOf: (generation: number) => bigint,
    details?: TopicDetails,
  ): Promise<TopicRow> {
    return this.#transaction(async (db) => {
      const row = await this.#find(db, sourceTopicId);
      if (row && row.random_id !== null) return topicRow(row, asBigInt(row.random_id));
      const generation = row ? asNumber(row.generation) : 0;
      const randomId = randomIdOf(generation);
      const values = {
        random_id: randomId,
        title_hash: details?.titleHash ?? null,
        after_id: details?.afterId ?? null,
      };
      if (row) await this.#update(db, sourceTopicId).set(values).execute();
      else await this.#insert(db, sourceTopicId, { ...values, target_id: null });
      const { afterId } = details ?? {};
      const planned = { sourceTopicId, generation, randomId, ...(afterId !== undefined && { afterId }) };
      return row ? { ...topicRow(row, randomId), ...planned } : planned;
    });
  }

  /** Records that the topic exists in the target. */
  async save(sourceTopicId: number, targetTopicId: number): Promise<void> {
    await this.#transaction((db) => this.assign(db, sourceTopicId, targetTopicId));
  }

  async assign(db: Transaction<LedgerTables>, sourceTopicId: number, targetTopicId: number): Promise<void> {
    const { clock, host } = this.#options;
    const row = await this.#find(db, sourceTopicId);
    if (!row) return this.#insert(db, sourceTopicId, { random_id: null, target_id: targetTopicId });
    await this.#update(db, sourceTopicId)
      .set({ target_id: targetTopicId, created_at: timeNow(clock), host })
      .execute();
  }

  /**
   * Forgets a topic whose entry was taken out by hand: it is created again when it is next needed, with a new
   * random_id.
   */
  async forget(db: Transaction<LedgerTables>, sourceTopicId: number): Promise<void> {
    await this.#update(db, sourceTopicId)
      .set((row) => ({
        generation: row('generation', '+', 1),
        random_id: null,
        target_id: null,
        created_at: null,
        host: this.#options.host,
      }))
      .execute();
  }

  /** As forget, for a topic that is gone from the target. */
  async drop(sourceTopicId: number): Promise<void> {
    await this.#transaction((db) => this.forget(db, sourceTopicId));
  }

  /** The topics that exist in the target. */
  map(): Promise<TopicMap> {
    return topicMapOf(this.#options.db, this.#options);
  }

  /** The topics whose creation was planned and isn't recorded; an older version's plans without details are left out. */
  async inDoubt(): Promise<TopicInDoubt[]> {
    const rows = await this.#topics(this.#options.db)
      .where('target_id', 'is', null)
      .where('random_id', 'is not', null)
      .orderBy('source_id')
      .execute();
    return rows.flatMap(({ source_id, title_hash: titleHash, after_id }) => {
      const afterId = asOptionalNumber(after_id);
      if (titleHash === null || afterId === undefined) return [];
      return [{ sourceTopicId: asNumber(source_id), titleHash, afterId }];
    });
  }

  async #insert(
    db: Transaction<LedgerTables>,
    sourceTopicId: number,
    values: Pick<Selectable<TopicsTable>, 'random_id' | 'target_id'> &
      Partial<Pick<Selectable<TopicsTable>, 'title_hash' | 'after_id'>>,
  ): Promise<void> {
    const { accountId, jobId, host, clock } = this.#options;
    const now = timeNow(clock);
    await db
      .insertInto('ledger_topics')
      .values({
        account_id: accountId,
        job_id: jobId,
        source_id: sourceTopicId,
        generation: 0,
        ...values,
        planned_at: now,
        created_at: values.target_id === null ? null : now,
        host,
      })
      .execute();
  }

  #find(db: Transaction<LedgerTables>, sourceTopicId: number) {
    return this.#topics(db).where('source_id', '=', sourceTopicId).executeTakeFirst();
  }

  #topics(db: StoreOptions['db']) {
    return db
      .selectFrom('ledger_topics')
      .selectAll()
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId);
  }

  #update(db: Transaction<LedgerTables>, sourceTopicId: number) {
    return db
      .updateTable('ledger_topics')
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId)
      .where('source_id', '=', sourceTopicId);
  }

  #transaction<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    return transactAsHolder(this.#options, work);
  }
}

function topicRow(row: Selectable<TopicsTable>, randomId: bigint): TopicRow {
  const targetTopicId = asOptionalNumber(row.target_id);
  const afterId = asOptionalNumber(row.after_id);
  return {
    sourceTopicId: asNumber(row.source_id),
    generation: asNumber(row.generation),
    randomId,
    ...(targetTopicId !== undefined && { targetTopicId }),
    ...(afterId !== undefined && { afterId }),
  };
}

/** A job's topics that exist in the target. */
export async function topicMapOf(db: Kysely<LedgerTables>, { accountId, jobId }: JobKey): Promise<TopicMap> {
  const rows = await db
    .selectFrom('ledger_topics')
    .select(['source_id', 'target_id'])
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('target_id', 'is not', null)
    .orderBy('source_id')
    .execute();
  return new Map(rows.map((row) => [asNumber(row.source_id), asNumber(row.target_id ?? 0)]));
}
