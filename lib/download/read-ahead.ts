import { setImmediate } from 'node:timers/promises';

/** After as many turns of the event loop a request that was made is on its way. */
const TURNS = 2;
/** How many items are requested and not worked on at most. */
const MOST = 2;

/**
 * The same items, each requested as soon as the one before it has come, whatever is worked on meanwhile; a few of them are
 * held. Ends the source when its reader stops early.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const requested: Promise<IteratorResult<T>>[] = [];
  let isUnderWay = false;
  const request = (): void => {
    if (isUnderWay || requested.length >= MOST) return;
    isUnderWay = true;
    const next = iterator.next();
    requested.push(next);
    next.then(
      ({ done }) => {
        isUnderWay = done === true;
        request();
      },
      // It is met when its turn comes; a reader that stops early never does.
      () => {},
    );
  };
  try {
    for (;;) {
      request();
      const first = requested[0];
      if (!first) return;
      const { done, value } = await first;
      if (done) return;
      requested.shift();
      request();
      // Requests leave at the end of a turn of the event loop; work on this item may take long before it lets one end.
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
