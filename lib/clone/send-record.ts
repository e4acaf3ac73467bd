import { setImmediate } from 'node:timers/promises';
import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Job } from '../ledger/job.js';

/** A send that was answered. */
export interface Answered {
  readonly sourceIds: readonly number[];
  readonly targetIds: readonly number[];
  /** Counts and tells it, once it is durable. */
  readonly tell: () => void;
}

/** How many messages whose send was answered may be unrecorded: what a crash leaves to be looked for in the target. */
export const MOST_UNRECORDED = 12;
/** How long they may be while a call isn't answered, in milliseconds. */
export const LONGEST_UNRECORDED_MS = 250;
/** While no more messages than this are marked as `sending` ahead, the next are marked. */
const LEAST_MARKED = 4;

/**
 * Writes sends into the ledger so that, where messages go at once one after another, its writes are few and happen while
 * calls are under way: messages are marked as `sending` several at a time, ahead of their calls, and several that were
 * answered are recorded together. Where the next message isn't due yet, everything is recorded at once.
 */
export class SendRecord {
  readonly #job: Pick<Job, 'sending' | 'sent'>;
  readonly #clock: Clock;
  readonly #marked = new Set<number>();
  #answered: Answered[] = [];
  /** Settles, never rejects, when the flushes asked for so far are over. */
  #flushed: Promise<unknown> = Promise.resolve();

  constructor(job: Pick<Job, 'sending' | 'sent'>, clock: Clock) {
    this.#job = job;
    this.#clock = clock;
  }

  /** Resolves when `sourceIds` are durably in `sending`; `next` are marked with them when they have to be written. */
  async sending(sourceIds: readonly number[], next: readonly number[]): Promise<void> {
    const marked = this.areMarked(sourceIds);
    if (!marked) {
      await this.flush();
      await this.#mark([...sourceIds, ...next]);
    }
    for (const id of sourceIds) this.#marked.delete(id);
  }

  areMarked(sourceIds: readonly number[]): boolean {
    return sourceIds.every((id) => this.#marked.has(id));
  }

  /** To be recorded by the next `flush`. */
  add(answered: Answered): void {
    this.#answered.push(answered);
  }

  /**
   * Answers what `call` does, when it is over. While it is under way, what was answered before is recorded, unless that
   * can wait; and messages of `next`, those that go at once after it, are marked when few of them are.
   */
  async during<T>(call: Promise<T>, next: readonly number[] = []): Promise<T> {
    const unmarked = next.filter((id) => !this.#marked.has(id));
    const runsOut = unmarked.length > 0 && this.#marked.size <= LEAST_MARKED;
    if (!runsOut && this.#answered.length === 0) return call;
    const canWait = !runsOut && next.length > 0 && this.#unrecorded() < MOST_UNRECORDED;
    if (canWait) return this.#withinTime(call);
    call.catch(() => {}); // met below
    // The request goes out first: the ledger's writes hold everything up.
    for (let turn = 0; turn < TURNS_OF_A_REQUEST; turn += 1) await setImmediate();
    return bothDone(
      call,
      this.flush().then(() => (runsOut ? this.#mark(unmarked) : undefined)),
    );
  }

  /** Resolves when everything that was answered is durable, and told. May be called while another goes on. */
  flush(): Promise<void> {
    const flushing = this.#flushed.then(() => this.#record());
    this.#flushed = flushing.catch(() => {});
    return flushing;
  }

  async #record(): Promise<void> {
    const answered = [...this.#answered];
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

  #unrecorded(): number {
    return this.#answered.reduce((sum, { sourceIds }) => sum + sourceIds.length, 0);
  }

  async #mark(sourceIds: readonly number[]): Promise<void> {
    await this.#job.sending(sourceIds);
    for (const id of sourceIds) this.#marked.add(id);
  }

  /** Answers what `call` does; when that takes long, a flood for one, what was answered before is recorded meanwhile. */
  async #withinTime<T>(call: Promise<T>): Promise<T> {
    const answered = linkAbort();
    const recorded = this.#clock.sleep(LONGEST_UNRECORDED_MS, answered.signal).then(
      () => this.flush(),
      () => {},
    );
    const settled = call.finally(() => answered.abort());
    return bothDone(settled, recorded);
  }
}

/** How often the event loop turns until a request that was begun has been written to its socket. */
const TURNS_OF_A_REQUEST = 3;

/** What `call` answers when `writing` is done too; an error of the writing is the one that is thrown. */
async function bothDone<T>(call: Promise<T>, writing: Promise<unknown>): Promise<T> {
  const [answer, written] = await Promise.allSettled([call, writing]);
  if (written.status === 'rejected') throw written.reason;
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}
