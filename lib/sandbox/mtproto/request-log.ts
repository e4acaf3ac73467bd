import { deferred } from '../../base/deferred.js';

/** How a request ended. */
export type Outcome = 'done' | 'failed';

interface Entry {
  outcome: Outcome | undefined;
  readonly ended: Promise<Outcome>;
  readonly end: (outcome: Outcome) => void;
  /** Whether rpc_drop_answer asked for silence. */
  dropped: boolean;
}

/** How many ended requests a session remembers for invokeAfterMsg and rpc_drop_answer. */
const REMEMBERED = 1024;

/** The requests of a session by msg_id: the running ones, and how the others ended. */
export class RequestLog {
  readonly #entries = new Map<bigint, Entry>();
  readonly #awaited = new Map<bigint, ((ended: Entry) => void)[]>();

  begin(msgId: bigint): void {
    const entry = this.#entry(msgId);
    for (const arrived of this.#awaited.get(msgId) ?? []) arrived(entry);
    this.#awaited.delete(msgId);
  }

  /** The outcome of a request that has not come yet; never settles if it doesn't come. */
  arrival(msgId: bigint): Promise<Outcome> {
    const arrived = new Promise<Entry>((resolve) => {
      this.#awaited.set(msgId, [...(this.#awaited.get(msgId) ?? []), resolve]);
    });
    return arrived.then((entry) => entry.ended);
  }

  end(msgId: bigint, outcome: Outcome): void {
    const entry = this.#entry(msgId);
    entry.outcome = outcome;
    entry.end(outcome);
    for (const [id, oldest] of this.#entries) {
      if (this.#entries.size <= REMEMBERED) break;
      if (oldest.outcome !== undefined) this.#entries.delete(id);
    }
  }

  /** Takes a request back, as if it had never come. Requests that wait for it find that it failed. */
  forget(msgId: bigint): void {
    this.#entries.get(msgId)?.end('failed');
    this.#entries.delete(msgId);
  }

  has(msgId: bigint): boolean {
    return this.#entries.has(msgId);
  }

  isRunning(msgId: bigint): boolean {
    const entry = this.#entries.get(msgId);
    return entry !== undefined && entry.outcome === undefined;
  }

  /** The outcome of the request; undefined when it isn't known. */
  outcome(msgId: bigint): Promise<Outcome> | undefined {
    return this.#entries.get(msgId)?.ended;
  }

  drop(msgId: bigint): void {
    const entry = this.#entries.get(msgId);
    if (entry) entry.dropped = true;
  }

  isDropped(msgId: bigint): boolean {
    return this.#entries.get(msgId)?.dropped ?? false;
  }

  #entry(msgId: bigint): Entry {
    const known = this.#entries.get(msgId);
    if (known) return known;
    const { promise: ended, resolve: end } = deferred<Outcome>();
    const entry = { outcome: undefined, ended, end, dropped: false };
    this.#entries.set(msgId, entry);
    return entry;
  }
}
