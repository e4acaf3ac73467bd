import { ReadableStream } from 'node:stream/web';
import { orAborted } from '../base/abort.js';

export interface PartStreamOptions {
  /** From PartSource.open. */
  readonly parts: AsyncIterable<Buffer>;
  readonly signal: AbortSignal;
  /** Ends the whole transfer; answers the error that ends it. */
  readonly fail: (error: unknown) => unknown;
}

/**
 * The first stage: parts as they are asked for, none ahead (high-water mark 0), since what waits here would wait
 * in the sink's queue anyway. Cancelling it ends the transfer and closes the iterator.
 */
export function partStream({ parts, signal, fail }: PartStreamOptions): ReadableStream<Buffer> {
  const iterator = parts[Symbol.asyncIterator]();
  let reading = false;
  let closing: Promise<unknown> | undefined;
  const close = (): Promise<unknown> => {
    closing ??= closeIterator(iterator);
    return closing;
  };
  return new ReadableStream<Buffer>(
    {
      async pull(controller) {
        try {
          reading = true;
          const next = await orAborted(iterator.next(), signal);
          reading = false;
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          void close();
          throw fail(error);
        }
      },
      async cancel(reason) {
        fail(reason);
        const closed = close();
        // A generator that is reading sees the signal, and closes when it does; waiting for it could take for ever.
        if (!reading) await closed;
      },
    },
    { highWaterMark: 0 },
  );
}

/** The transfer has its error already: one from closing would only hide it. */
async function closeIterator(iterator: AsyncIterator<Buffer>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
