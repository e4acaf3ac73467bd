import { linkAbort } from '../base/abort.js';

/**
 * The results of `work` for each item, in order, with at most `width` under way at once. Work that is left over when
 * the reader stops, or when one fails, is aborted and has ended by then.
 */
export async function* inOrder<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, signal: AbortSignal) => Promise<Result> | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly [Item, Promise<Result> | undefined]> {
  const link = linkAbort(signal);
  const begun: (readonly [Item, Promise<Result> | undefined])[] = [];
  let next = 0;
  const begin = (): void => {
    let running = begun.filter(([, result]) => result).length;
    for (; next < items.length && running < width && begun.length < width * 4; next += 1) {
      const item = items[next] as Item;
      const result = work(item, link.signal);
      result?.catch(() => {});
      if (result) running += 1;
      begun.push([item, result]);
    }
  };
  try {
    for (begin(); begun.length > 0; begin()) {
      const [first] = begun;
      if (first) yield first;
      begun.shift();
    }
  } finally {
    link.abort();
    await Promise.allSettled(begun.map(([, result]) => result));
    link.release();
  }
}
