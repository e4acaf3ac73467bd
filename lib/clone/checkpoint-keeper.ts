import type { Clock } from '../base/clock.js';
import type { Job } from '../ledger/job.js';

/** How far checkpoint.txt may be behind what is finished, in milliseconds. */
export const CHECKPOINT_EVERY_MS = 1_000;

/**
 * Moves the checkpoint behind what is finished, at most once in CHECKPOINT_EVERY_MS and when it is closed: between
 * them the ledger's rows tell what is done. Nobody waits for its files: the next message is on its way meanwhile.
 */
export class CheckpointKeeper {
  readonly #job: Pick<Job, 'checkpoint' | 'saveCheckpoint'>;
  readonly #clock: Clock;
  readonly #durable: () => Promise<void>;
  #reached: number;
  #savedAt = Number.NEGATIVE_INFINITY;
  #saving: Promise<void> = Promise.resolve();
  #fault: { readonly error: unknown } | undefined;

  /** `durable`: resolves when the rows of what was reached are durable. */
  constructor(job: Pick<Job, 'checkpoint' | 'saveCheckpoint'>, clock: Clock, durable: () => Promise<void>) {
    this.#job = job;
    this.#clock = clock;
    this.#durable = durable;
    this.#reached = job.checkpoint;
  }

  /** All up to `lastId` is final. Throws what an earlier write of the checkpoint has met. */
  async reached(lastId: number): Promise<void> {
    this.#reached = lastId;
    if (this.#fault) throw this.#fault.error;
    if (this.#clock.monotonic() - this.#savedAt < CHECKPOINT_EVERY_MS) return;
    await this.#saving;
    await this.#durable();
    this.#savedAt = this.#clock.monotonic();
    this.#saving = this.#job.saveCheckpoint(lastId).catch((error: unknown) => {
      this.#fault = { error };
    });
  }

  /** Writes what has been reached. */
  async close(): Promise<void> {
    await this.#saving;
    await this.#durable();
    if (this.#reached !== this.#job.checkpoint) await this.#job.saveCheckpoint(this.#reached);
  }
}
