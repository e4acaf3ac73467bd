import { transact } from '../store/repeatable.js';
import {
  beginEraseBatch,
  type EraseBatch,
  endEraseBatch,
  eraseBatchesOf,
  type NotedBatch,
} from '../store/tables/erase-batches.js';
import { markDeleted } from '../store/tables/mark-messages.js';
import type { EraseOptions } from './options.js';
import { runsOf } from './plan-file.js';

type Options = Pick<EraseOptions, 'accountId' | 'plan' | 'store' | 'host' | 'lease' | 'clock'>;
type Tx = Parameters<typeof beginEraseBatch>[0];

/**
 * What was deleted by a plan, in the database: each batch before its call, and how it ended. Everything throws while the database is
 * out of reach, so that no call is made that nobody could account for.
 */
export class EraseJournal {
  readonly #options: Options;
  #last = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** What earlier runs have noted, in their order. */
  async noted(): Promise<readonly NotedBatch[]> {
    const { store, accountId, plan } = this.#options;
    const batches = await eraseBatchesOf(store.db, accountId, plan.hash);
    this.#last = batches.at(-1)?.batch ?? 0;
    return batches;
  }

  /** Notes a batch of messages of one chat; it is durable when this has returned. */
  async begin(chatId: number, ids: readonly number[]): Promise<EraseBatch> {
    const { accountId, plan } = this.#options;
    const batch = { accountId, planHash: plan.hash, batch: this.#last + 1, chatId, ids: runsOf(ids) };
    await this.#write((tx) => beginEraseBatch(tx, this.#options, batch));
    this.#last = batch.batch;
    return batch;
  }

  async end(batch: EraseBatch, affected: number | undefined, left: readonly number[]): Promise<void> {
    const ended = { ...batch, ...(affected !== undefined && { affected }), left: runsOf(left) };
    await this.#write((tx) => endEraseBatch(tx, this.#options, ended));
  }

  /** Marks the archive's rows of messages that are gone; what is known of them stays. */
  async mark(chatId: number, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const { store, accountId } = this.#options;
    await store.writer.keep();
    await markDeleted(store.db, this.#options, { accountId, chatId }, ids);
  }

  async #write(work: (tx: Tx) => Promise<void>): Promise<void> {
    const { store, lease } = this.#options;
    await store.writer.keep();
    if (lease) await lease.transact((tx) => work(tx as unknown as Tx));
    else await transact(store.db, work);
  }
}
