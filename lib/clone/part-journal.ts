import type { Clock } from '../base/clock.js';

/** How many acknowledged parts may be unrecorded: after a crash, the next process sends them again. */
export const MOST_UNRECORDED = 16;
/** How long an acknowledged part may be unrecorded, in milliseconds. */
export const LONGEST_UNRECORDED_MS = 1_000;

interface PartJournalOptions {
  /** Resolves when the parts, by file_id, are durable. */
  readonly record: (files: ReadonlyMap<bigint, readonly number[]>) => Promise<void>;
  readonly clock: Clock;
}

/**
 * Records the acknowledged parts of a run's transfers in batches, across files: by count, by time, and the rest on
 * `flush`. A small file doesn't wait for it: a part that isn't recorded is merely sent again.
 */
export class PartJournal {
  readonly #options: PartJournalOptions;
  readonly #onFault = new Set<(error: unknown) => void>();
  #unrecorded = new Map<bigint, number[]>();
  #count = 0;
  #recording: Promise<void> = Promise.resolve();
  #timer: AbortController | undefined;

  constructor(options: PartJournalOptions) {
    this.#options = options;
  }

  /** Notes that part `index` of a file was acknowledged. */
  add(fileId: bigint, index: number): void {
    const parts = this.#unrecorded.get(fileId);
    if (parts) parts.push(index);
    else this.#unrecorded.set(fileId, [index]);
    this.#count += 1;
    if (this.#count >= MOST_UNRECORDED) void this.#record();
    else this.#timer ??= this.#recordLater();
  }

  /** Resolves when every part added so far is durable; rejects with the first error of recording. */
  async flush(): Promise<void> {
    void this.#record();
    await this.#recording;
  }

  /** Calls `stop` when recording fails while a file's parts are still coming; returns a function that undoes this. */
  onFault(stop: (error: unknown) => void): () => void {
    this.#onFault.add(stop);
    return () => void this.#onFault.delete(stop);
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
    const files = this.#unrecorded;
    if (files.size === 0) return this.#recording;
    this.#unrecorded = new Map();
    this.#count = 0;
    this.#recording = this.#recording.then(() => this.#options.record(files));
    this.#recording.catch((error) => {
      for (const stop of this.#onFault) stop(error);
    });
    return this.#recording;
  }
}
