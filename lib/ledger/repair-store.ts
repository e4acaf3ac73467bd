import { type ContinuationKey, type ContinuationRow, ContinuationStore } from './continuation-store.js';
import type { Ledger } from './ledger.js';
import { reading } from './ledger-errors.js';
import { addLosses } from './losses-of-copy.js';
import type { EditedCopy } from './message-changes.js';
import { type MessageRow, messageRow } from './message-row.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/** The copies that `telepi verify --repair` has found missing or wrong. */
export interface Repairs {
  /** Their messages, oldest first. */
  messages(): Promise<MessageRow[]>;
  /** Notes what an edit has made of a copy, and that nothing more is to be done about it. */
  edited(sourceId: number, copy: EditedCopy): Promise<void>;
  /** Notes that nothing more is to be done about these copies. */
  done(sourceIds: readonly number[]): Promise<void>;
  /** The messages that continue copies and whose text is wrong, in order. */
  continuations(): Promise<ContinuationRow[]>;
  continuationDone(key: ContinuationKey): Promise<void>;
}

export class RepairStore implements Repairs {
  readonly #options: StoreOptions;
  readonly #continuations: ContinuationStore;
  readonly #ledger: Pick<Ledger, 'damaged'>;

  constructor(options: StoreOptions, ledger: Pick<Ledger, 'damaged'>) {
    this.#options = options;
    this.#continuations = new ContinuationStore(options);
    this.#ledger = ledger;
  }

  async messages(): Promise<MessageRow[]> {
    const { db, accountId, jobId } = this.#options;
    const rows = db
      .selectFrom('ledger_messages')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .where('repair', 'is not', null)
      .orderBy('source_id')
      .execute();
    return (await reading(this.#ledger, rows)).map(messageRow);
  }

  async edited(sourceId: number, { text = '', losses }: EditedCopy): Promise<void> {
    const values = { sent_text: text, repair: null };
    await transactAsHolder(this.#options, (db) => addLosses(db, this.#options, { sourceId, losses, values }));
  }

  async done(sourceIds: readonly number[]): Promise<void> {
    const { accountId, jobId } = this.#options;
    await transactAsHolder(this.#options, async (db) => {
      for (const sourceId of sourceIds)
        await db
          .updateTable('ledger_messages')
          .where('account_id', '=', accountId)
          .where('job_id', '=', jobId)
          .where('source_id', '=', sourceId)
          .set({ repair: null })
          .execute();
    });
  }

  continuations(): Promise<ContinuationRow[]> {
    return reading(this.#ledger, this.#continuations.toRepair());
  }

  continuationDone(key: ContinuationKey): Promise<void> {
    return this.#continuations.repaired(key);
  }
}
