import { setImmediate } from 'node:timers/promises';

/** After as many turns of the event loop a request that was made is on its way. */
const TURNS = 2;

/** The same items, each requested while the one before it is worked on. Ends the source when its reader stops early. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const request = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // It is met when its turn comes; a reader that stops early never does.
    next.catch(() => {});
    return next;
  };
  let next = request();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = request();
      // Requests leave at the end of a turn of the event loop; work on this item may take long before it lets one end.
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
