import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Job } from '../ledger/job.js';

/**
 * How far checkpoint.txt may lag behind the finished messages, and the shortest time between two writes, in
 * milliseconds.
 */
export const CHECKPOINT_EVERY_MS = 1_000;

/**
 * Moves the checkpoint to the last finished message: once in CHECKPOINT_EVERY_MS, even while the run waits for
 * something else, and when it is closed. Nobody waits for its writes: the next message is on its way meanwhile.
 */
export class CheckpointKeeper {
  readonly #job: Pick<Job, 'checkpoint' | 'saveCheckpoint'>;
  readonly #clock: Clock;
  readonly #durable: () => Promise<void>;
  readonly #closing = linkAbort();
  #reached: number;
  #savedAt = Number.NEGATIVE_INFINITY;
  /** The write that is under way or waiting for its time. Never rejects. */
  #writing: Promise<void> | undefined;
  #fault: { readonly error: unknown } | undefined;

  /** `durable` resolves when the rows of all messages reached so far are durable; it may be called at any time. */
  constructor(job: Pick<Job, 'checkpoint' | 'saveCheckpoint'>, clock: Clock, durable: () => Promise<void>) {
    this.#job = job;
    this.#clock = clock;
    this.#durable = durable;
    this.#reached = job.checkpoint;
  }

  /** Notes that everything up to `lastId` is final. Throws the error of an earlier write, if there was one. */
  reached(lastId: number): void {
    this.#reached = lastId;
    if (this.#fault) throw this.#fault.error;
    this.#writing ??= this.#write();
  }

  /** Writes the last position reached. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#writing;
    await this.#save();
  }

  async #write(): Promise<void> {
    try {
      await this.#untilDue();
      while (!this.#closing.signal.aborted && this.#reached !== this.#job.checkpoint) {
        this.#savedAt = this.#clock.monotonic();
        await this.#save();
        await this.#untilDue();
      }
    } catch (error) {
      this.#fault = { error };
    } finally {
      this.#writing = undefined;
    }
  }

  /** Returns early when the keeper is closed. */
  async #untilDue(): Promise<void> {
    const waitMs = this.#savedAt + CHECKPOINT_EVERY_MS - this.#clock.monotonic();
    if (waitMs > 0) await this.#clock.sleep(waitMs, this.#closing.signal).catch(() => {});
  }

  async #save(): Promise<void> {
    const lastId = this.#reached;
    await this.#durable();
    if (lastId !== this.#job.checkpoint) await this.#job.saveCheckpoint(lastId);
  }
}
