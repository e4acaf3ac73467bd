import { join } from 'node:path';
import { asOptionalNumber } from '../store/values.js';
import { readJsonFile } from './json-file.js';
import { removeStateFile } from './state-file.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/** Where an older version kept the mark, in a job's folder. */
const PINS_FILE = 'pins.json';

/** Telegram's notes about the pins of a run that hasn't finished stand in this chat, after this message. */
export interface PinMark {
  readonly chat: number;
  readonly afterId: number;
}

/** The mark of a run that pins: whoever continues it deletes the notes. */
export class PinMarkStore {
  readonly #options: StoreOptions;
  readonly #file: string;

  /** `folder`: the job's. */
  constructor(options: StoreOptions, folder: string) {
    this.#options = options;
    this.#file = join(folder, PINS_FILE);
  }

  /** Undefined unless a run was cut off among its pins. */
  async read(): Promise<PinMark | undefined> {
    const { db, accountId, jobId } = this.#options;
    const row = await db
      .selectFrom('ledger_jobs')
      .select(['pins_chat', 'pins_after'])
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .executeTakeFirstOrThrow();
    const chat = asOptionalNumber(row.pins_chat);
    const afterId = asOptionalNumber(row.pins_after);
    return chat === undefined || afterId === undefined ? this.#readFile() : { chat, afterId };
  }

  /** Durable when it resolves, so that nothing is pinned whose note nobody would find. */
  async write({ chat, afterId }: PinMark): Promise<void> {
    await this.#set(chat, afterId);
  }

  async remove(): Promise<void> {
    await removeStateFile(this.#file);
    await this.#set(null, null);
  }

  async #set(chat: number | null, afterId: number | null): Promise<void> {
    const { accountId, jobId, host } = this.#options;
    await transactAsHolder(this.#options, (db) =>
      db
        .updateTable('ledger_jobs')
        .where('account_id', '=', accountId)
        .where('job_id', '=', jobId)
        .set({ pins_chat: chat, pins_after: afterId, host })
        .execute(),
    );
  }

  async #readFile(): Promise<PinMark | undefined> {
    const fix = "Delete it: notes about the last run's pins may then stay in the target";
    const found = await readJsonFile(this.#file, fix);
    if (typeof found !== 'object' || found === null) return undefined;
    const { chat, afterId } = found as Partial<Record<keyof PinMark, unknown>>;
    return typeof chat === 'number' && typeof afterId === 'number' ? { chat, afterId } : undefined;
  }
}
