import type { Kysely } from 'kysely';
import { asNumber, chunked } from '../store/values.js';
import type { Comparison, JobRow } from './job-store.js';
import { updateJob } from './job-store.js';
import type { Ledger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { type MessageRow, messageRow } from './message-row.js';
import type { LedgerTables } from './schema.js';
import { type JobKey, type StoreOptions, transactAsHolder } from './store-options.js';
import { joined, type Stretch } from './stretches.js';

/** The messages behind a job's checkpoint that were left out, and may be wanted after all. */
export interface MissedMessages {
  /** The parts of the source that no run has read, because the selection began later; oldest first. */
  readonly passedOver: readonly Stretch[];
  savePassedOver(stretches: readonly Stretch[]): Promise<void>;
  /** With what the skipped messages were compared last, and how far; undefined before the first time. */
  readonly comparison: Comparison | undefined;
  saveComparison(comparison: Comparison): Promise<void>;
  /** The skipped messages after a source id, oldest first, at most `most`. */
  skippedAfter(sourceId: number, most: number): Promise<readonly MessageRow[]>;
  /** The newest skipped message's source id; undefined when there is none. */
  lastSkipped(): Promise<number | undefined>;
  /** Makes skipped messages planned again. All of them are sent, by this run or the next: see `leftBehind`. */
  reopen(sourceIds: readonly number[]): Promise<void>;
  /** The messages up to `checkpoint` that were planned again and not sent yet, oldest first, at most `most`. */
  leftBehind(checkpoint: number, most: number): Promise<readonly MessageRow[]>;
}

/** Each call that writes is one transaction, durable when its promise resolves. */
export class MissedStore implements MissedMessages {
  readonly #options: StoreOptions;
  readonly #ledger: Pick<Ledger, 'damaged'>;
  #passedOver: readonly Stretch[];
  #comparison: Comparison | undefined;

  constructor(options: StoreOptions, { passedOver, comparison }: JobRow, ledger: Pick<Ledger, 'damaged'>) {
    this.#options = options;
    this.#ledger = ledger;
    this.#passedOver = passedOver;
    this.#comparison = comparison;
  }

  get passedOver(): readonly Stretch[] {
    return this.#passedOver;
  }

  get comparison(): Comparison | undefined {
    return this.#comparison;
  }

  async savePassedOver(stretches: readonly Stretch[]): Promise<void> {
    const passedOver = joined(stretches);
    await transactAsHolder(this.#options, (db) => updateJob(db, this.#options, { passedOver }));
    this.#passedOver = passedOver;
  }

  async saveComparison(comparison: Comparison): Promise<void> {
    await transactAsHolder(this.#options, (db) => updateJob(db, this.#options, { comparison }));
    this.#comparison = comparison;
  }

  skippedAfter(sourceId: number, most: number): Promise<readonly MessageRow[]> {
    return reading(this.#ledger, skippedAfter(this.#options.db, this.#options, sourceId, most));
  }

  lastSkipped(): Promise<number | undefined> {
    return reading(this.#ledger, lastSkipped(this.#options.db, this.#options));
  }

  async reopen(sourceIds: readonly number[]): Promise<void> {
    const { accountId, jobId, host } = this.#options;
    await transactAsHolder(this.#options, async (db) => {
      for (const chunk of chunked(sourceIds)) {
        await db
          .updateTable('ledger_messages')
          .where('account_id', '=', accountId)
          .where('job_id', '=', jobId)
          .where('source_id', 'in', chunk)
          .where('state', '=', 'skipped')
          .where('target_id', 'is', null)
          .where('after_id', 'is', null)
          .set({ state: 'planned', reason: null, detail: null, settled_at: null, host })
          .execute();
      }
    });
  }

  leftBehind(checkpoint: number, most: number): Promise<readonly MessageRow[]> {
    return reading(this.#ledger, leftBehind(this.#options.db, this.#options, checkpoint, most));
  }
}

export async function skippedAfter(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobKey,
  sourceId: number,
  most: number,
): Promise<readonly MessageRow[]> {
  const rows = await db
    .selectFrom('ledger_messages')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'skipped')
    .where('source_id', '>', sourceId)
    .orderBy('source_id')
    .limit(most)
    .execute();
  return rows.map(messageRow);
}

export async function lastSkipped(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobKey,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('ledger_messages')
    .select('source_id')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'skipped')
    .orderBy('source_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && asNumber(row.source_id);
}

async function leftBehind(
  db: Kysely<LedgerTables>,
  { accountId, jobId }: JobKey,
  checkpoint: number,
  most: number,
): Promise<readonly MessageRow[]> {
  const rows = await db
    .selectFrom('ledger_messages')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('state', '=', 'planned')
    .where('source_id', '<=', checkpoint)
    .orderBy('source_id')
    .limit(most)
    .execute();
  return rows.map(messageRow);
}
