import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

export interface LookAheadOptions<Item, Started> {
  /** Reads the items one after another, no faster than they may begin. Ends soon after `signal` aborts. */
  readonly items: (signal: AbortSignal) => AsyncIterable<Item>;
  /**
   * How many milliseconds `item` has to wait before it is checked again whether it may begin, given the items that have
   * begun and aren't finished; 0: it may begin now. It is checked again in any case when one of them finishes.
   */
  readonly holdMs: (item: Item, ahead: readonly Started[]) => number;
  /** Begins an item. Must not throw: whoever takes the item gets its error. Ends soon after `signal` aborts. */
  readonly start: (item: Item, signal: AbortSignal) => Started;
  /** Resolves when nothing that `start` began is still running. */
  readonly idle: (started: Started) => Promise<void>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** An item that has begun, when its turn comes. */
export interface InTurn<Started> {
  readonly started: Started;
  /** Returns the items that have begun behind it, in order. */
  readonly ahead: () => readonly Started[];
}

/**
 * Begins items before their turn and yields them in order; an item is finished when the next one is asked for. When
 * none has begun, the next one begins without being held back. An error of `items` comes after the items that were
 * begun before it. However it ends, also when its consumer leaves, everything that was begun is aborted and idle.
 */
export async function* lookAhead<Item, Started>(
  options: LookAheadOptions<Item, Started>,
): AsyncGenerator<InTurn<Started>, void, unknown> {
  const stop = linkAbort(options.signal);
  const begun = new Begun<Started>();
  const filling = fill(options, begun, stop.signal).then(
    () => begun.close(),
    (error: unknown) => begun.close({ error }),
  );
  try {
    for (let taken = 0; ; taken += 1) {
      if (taken > 0) begun.finishFirst();
      const next = await orAborted(begun.first(), stop.signal);
      if (!next) return;
      yield { started: next.started, ahead: () => begun.all.slice(1) };
    }
  } finally {
    stop.abort(new Error('Nobody waits for the work that was begun.'));
    stop.release();
    await filling;
    await Promise.all(begun.all.map(options.idle));
  }
}

async function fill<Item, Started>(
  { items, holdMs, start, clock }: LookAheadOptions<Item, Started>,
  begun: Begun<Started>,
  signal: AbortSignal,
): Promise<void> {
  for await (const item of items(signal)) {
    for (;;) {
      signal.throwIfAborted();
      const ms = begun.all.length === 0 ? 0 : holdMs(item, begun.all);
      if (ms <= 0) break;
      await finishedOrLater(begun, ms, clock, signal);
    }
    begun.push(start(item, signal));
  }
}

async function finishedOrLater(
  begun: Begun<unknown>,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const sleep = linkAbort(signal);
  try {
    const later = clock.sleep(ms, sleep.signal);
    later.catch(() => {});
    await Promise.race([begun.finished(), later]);
  } finally {
    sleep.abort();
    sleep.release();
  }
}

/** The items that have begun, oldest first. */
class Begun<Started> {
  readonly all: Started[] = [];
  #end: { readonly error?: unknown } | undefined;
  #onPush: () => void = () => {};
  #onFinished: () => void = () => {};

  push(started: Started): void {
    this.all.push(started);
    this.#onPush();
  }

  close(end: { readonly error?: unknown } = {}): void {
    this.#end = end;
    this.#onPush();
  }

  /** Resolves with the oldest, as soon as there is one; undefined at the end. */
  async first(): Promise<{ readonly started: Started } | undefined> {
    while (this.all.length === 0) {
      if (this.#end && 'error' in this.#end) throw this.#end.error;
      if (this.#end) return undefined;
      await new Promise<void>((resolve) => {
        this.#onPush = resolve;
      });
    }
    return { started: this.all[0] as Started };
  }

  finishFirst(): void {
    this.all.shift();
    this.#onFinished();
  }

  /** Resolves when the oldest item is finished. */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFinished = resolve;
    });
  }
}
