import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

export interface LookAheadOptions<Item, Started> {
  /** Read one after another, no faster than they may begin. Ends soon after `signal` aborts. */
  readonly items: (signal: AbortSignal) => AsyncIterable<Item>;
  /**
   * How many milliseconds `item` has to wait before it is asked again whether it may begin, behind the items that
   * have begun and aren't finished; 0: it may begin. It is asked again anyway when one of them is finished.
   */
  readonly holdMs: (item: Item, ahead: readonly Started[]) => number;
  /** Begins; must not throw: what fails is met by who takes it. Ends soon after `signal` aborts. */
  readonly start: (item: Item, signal: AbortSignal) => Started;
  /** Resolves when nothing that `start` began is running. */
  readonly idle: (started: Started) => Promise<void>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** One that has begun, in its turn. */
export interface InTurn<Started> {
  readonly started: Started;
  /** The ones behind it that have begun by now, in order. */
  readonly ahead: () => readonly Started[];
}

/**
 * Begins things before their turn and hands them out in order; one is finished when the next is asked for. When none is
 * begun, the next one begins without being held. An error of `items` comes after what was begun before it. However it
 * ends, also by its consumer leaving, everything that was begun is aborted and idle.
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

/** What has begun, oldest first. */
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

  /** The oldest, as soon as there is one; undefined at the end. */
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

  /** Resolves when the oldest is finished next. */
  finished(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFinished = resolve;
    });
  }
}
