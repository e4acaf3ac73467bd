import { ReadableStream } from 'node:stream/web';
import type { FilePart } from '../base/file-parts.js';

export interface PartStreamOptions {
  /** From PartSource.open. */
  readonly parts: AsyncIterable<FilePart>;
  readonly signal: AbortSignal;
  /** Ends the whole transfer; returns the error that ends it. */
  readonly fail: (error: unknown) => unknown;
}

/**
 * The first stage: parts as they are requested, none ahead (high-water mark 0), because a part waiting here would wait
 * in the sink's queue anyway. Cancelling it ends the transfer; the end of the transfer closes the iterator.
 */
export function partStream({ parts, signal, fail }: PartStreamOptions): ReadableStream<FilePart> {
  const iterator = parts[Symbol.asyncIterator]();
  let reading = false;
  let closing: Promise<void> | undefined;
  // Not only in cancel: a pipe whose write fails ends without cancelling its source.
  signal.addEventListener(
    'abort',
    () => {
      closing = closeIterator(iterator);
    },
    { once: true },
  );
  return new ReadableStream<FilePart>(
    {
      async pull(controller) {
        try {
          reading = true;
          const next = await iterator.next();
          reading = false;
          if (next.done) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          throw fail(error);
        }
      },
      async cancel(reason) {
        fail(reason);
        // A source that is being read sees the signal and then closes; waiting for it could take for ever.
        if (!reading) await closing;
      },
    },
    { highWaterMark: 0 },
  );
}

/** The transfer already has its error; one from closing would only hide it. */
async function closeIterator(iterator: AsyncIterator<FilePart>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {}
}
