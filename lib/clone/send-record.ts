import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Way } from '../base/ways.js';
import type { Job } from '../ledger/job.js';

/** A send that was answered. */
export interface Answered {
  readonly sourceIds: readonly number[];
  readonly targetIds: readonly number[];
  /** What the copies lack, in the order of `sourceIds`; absent when it isn't known. */
  readonly losses?: readonly (readonly string[])[] | undefined;
  readonly ways?: readonly (Way | undefined)[] | undefined;
  /** Counts and reports the send, once it is durable. */
  readonly report: () => void;
}

/**
 * How many messages are marked as `sending` together, at most. After a crash, this many have to be looked for in the
 * target.
 */
export const MOST_MARKED = 12;
/** How long an answered send may stay unrecorded while another call is waiting for its answer, in milliseconds. */
export const LONGEST_UNRECORDED_MS = 250;

/**
 * Writes sends into the ledger with few commits when messages follow one another at once: several messages are marked
 * as `sending` together, ahead of their calls, and when the marks run out, all answered sends are recorded together
 * before more messages are marked. When the next message isn't due yet, everything is recorded at once.
 */
export class SendRecord {
  readonly #job: Pick<Job, 'sending' | 'sent'>;
  readonly #clock: Clock;
  readonly #marked = new Set<number>();
  #answered: Answered[] = [];
  /** Settles, and never rejects, when the flushes requested so far are over. */
  #flushed: Promise<unknown> = Promise.resolve();

  constructor(job: Pick<Job, 'sending' | 'sent'>, clock: Clock) {
    this.#job = job;
    this.#clock = clock;
  }

  /**
   * Resolves when `sourceIds` are durably in `sending`. If they aren't marked yet, the messages of `next`, which go
   * right after them, are marked with them.
   */
  async sending(sourceIds: readonly number[], next: readonly number[]): Promise<void> {
    if (!this.areMarked(sourceIds)) {
      await this.flush();
      const ids = [...sourceIds, ...next];
      await this.#job.sending(ids);
      for (const id of ids) this.#marked.add(id);
    }
    for (const id of sourceIds) this.#marked.delete(id);
  }

  areMarked(sourceIds: readonly number[]): boolean {
    return sourceIds.every((id) => this.#marked.has(id));
  }

  /** The messages are marked again before they go: what the ledger has noted of them no longer holds. */
  unmark(sourceIds: readonly number[]): void {
    for (const id of sourceIds) this.#marked.delete(id);
  }

  /** Adds an answered send; the next `flush` records it. */
  add(answered: Answered): void {
    this.#answered.push(answered);
  }

  /**
   * Returns the result of `call`; if that takes long, after a flood for example, earlier answers are recorded
   * meanwhile.
   */
  async during<T>(call: Promise<T>): Promise<T> {
    if (this.#answered.length === 0) return call;
    const answered = linkAbort();
    const recording = this.#clock.sleep(LONGEST_UNRECORDED_MS, answered.signal).then(
      () => this.flush(),
      () => {},
    );
    const [answer, recorded] = await Promise.allSettled([call.finally(() => answered.abort()), recording]);
    if (recorded.status === 'rejected') throw recorded.reason;
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  }

  /** Resolves when everything that was answered is durable and reported. May be called while another call is running. */
  flush(): Promise<void> {
    const flushing = this.#flushed.then(() => this.#record());
    this.#flushed = flushing.catch(() => {});
    return flushing;
  }

  async #record(): Promise<void> {
    const answered = [...this.#answered];
    if (answered.length === 0) return;
    await this.#job.sent(
      answered.flatMap(({ sourceIds, targetIds, losses, ways }) =>
        sourceIds.flatMap((sourceId, index) => {
          const targetId = targetIds[index];
          if (targetId === undefined) return [];
          // One message may have become an album.
          const items = sourceIds.length === 1 ? targetIds.slice(1) : [];
          return [{ sourceId, targetId, items, losses: losses?.[index], way: ways?.[index] }];
        }),
      ),
    );
    this.#answered = this.#answered.slice(answered.length);
    for (const { report } of answered) report();
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
