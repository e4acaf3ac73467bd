import { setImmediate } from 'node:timers/promises';
import type { Job } from '../ledger/job.js';

/** A send that was answered. */
export interface Answered {
  readonly sourceIds: readonly number[];
  readonly targetIds: readonly number[];
  /** Counts and tells it, once it is durable. */
  readonly tell: () => void;
}

/**
 * Writes sends into the ledger so that, where messages go at once one after another, its writes happen while calls are
 * under way: a message is marked as `sending` together with those in front of it, and what was answered is recorded
 * behind the next call. Where the next message isn't due yet, everything is recorded at once.
 */
export class SendRecord {
  readonly #job: Pick<Job, 'sending' | 'sent'>;
  readonly #marked = new Set<number>();
  #answered: Answered[] = [];

  constructor(job: Pick<Job, 'sending' | 'sent'>) {
    this.#job = job;
  }

  /** Resolves when `sourceIds` are durably in `sending`; `next` are marked with them when they have to be written. */
  async sending(sourceIds: readonly number[], next: readonly number[]): Promise<void> {
    const marked = this.areMarked(sourceIds);
    for (const id of sourceIds) this.#marked.delete(id);
    if (marked) return;
    await this.flush();
    await this.#job.sending([...sourceIds, ...next]);
    for (const id of next) this.#marked.add(id);
  }

  areMarked(sourceIds: readonly number[]): boolean {
    return sourceIds.every((id) => this.#marked.has(id));
  }

  /** To be recorded by the next `flush`. */
  add(answered: Answered): void {
    this.#answered.push(answered);
  }

  /** Records what was answered before, while `call` is under way, and answers what `call` does, when it is over. */
  async flushDuring<T>(call: Promise<T>): Promise<T> {
    if (this.#answered.length > 0) {
      call.catch(() => {}); // met below
      // The request goes out first: the ledger's writes hold everything up.
      for (let turn = 0; turn < TURNS_OF_A_REQUEST; turn += 1) await setImmediate();
      try {
        await this.flush();
      } catch (error) {
        await Promise.allSettled([call]);
        throw error;
      }
    }
    return call;
  }

  /** Resolves when everything that was answered is durable, and told. */
  async flush(): Promise<void> {
    const answered = this.#answered;
    if (answered.length === 0) return;
    await this.#job.sent(
      answered.flatMap(({ sourceIds, targetIds }) =>
        sourceIds.flatMap((sourceId, index) => {
          const targetId = targetIds[index];
          return targetId === undefined ? [] : [{ sourceId, targetId }];
        }),
      ),
    );
    this.#answered = this.#answered.slice(answered.length);
    for (const { tell } of answered) tell();
  }

  /** The copy of a message whose send isn't recorded yet. */
  targetOf(sourceId: number): number | undefined {
    for (const { sourceIds, targetIds } of this.#answered) {
      const index = sourceIds.indexOf(sourceId);
      if (index >= 0) return targetIds[index];
    }
    return undefined;
  }
}

/** How often the event loop turns until a request that was begun has been written to its socket. */
const TURNS_OF_A_REQUEST = 3;
