import type { Clock } from '../base/clock.js';

/** How many acknowledged parts may be unrecorded: what a crash makes the next process send again. */
export const MOST_UNRECORDED = 16;
/** How long a part that was acknowledged may be unrecorded, in milliseconds. */
export const LONGEST_UNRECORDED_MS = 1_000;

interface PartJournalOptions {
  /** Resolves when the parts are durable. */
  readonly record: (parts: readonly number[]) => Promise<void>;
  readonly clock: Clock;
  /** Called when recording failed while parts still come. */
  readonly onError: (error: unknown) => void;
}

/** Records a transfer's acknowledged parts in batches: by count, by time, and what is left when it is closed. */
export class PartJournal {
  readonly #options: PartJournalOptions;
  #unrecorded: number[] = [];
  #recording: Promise<void> = Promise.resolve();
  #timer: AbortController | undefined;

  constructor(options: PartJournalOptions) {
    this.#options = options;
  }

  /** Part `index` was acknowledged. */
  add(index: number): void {
    this.#unrecorded.push(index);
    if (this.#unrecorded.length >= MOST_UNRECORDED) void this.#record();
    else this.#timer ??= this.#recordLater();
  }

  /** Resolves when every part that was added is durable; rejects with the first error of recording. */
  async close(): Promise<void> {
    void this.#record();
    await this.#recording;
  }

  #recordLater(): AbortController {
    const timer = new AbortController();
    this.#options.clock.sleep(LONGEST_UNRECORDED_MS, timer.signal).then(
      () => void this.#record(),
      () => {},
    );
    return timer;
  }

  #record(): Promise<void> {
    this.#timer?.abort();
    this.#timer = undefined;
    const parts = this.#unrecorded;
    if (parts.length === 0) return this.#recording;
    this.#unrecorded = [];
    this.#recording = this.#recording.then(() => this.#options.record(parts));
    this.#recording.catch((error) => this.#options.onError(error));
    return this.#recording;
  }
}
