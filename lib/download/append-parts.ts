import { WritableStream } from 'node:stream/web';
import { LARGEST_REQUEST, PART_SIZE, partCount } from '../base/bytes.js';
import { PartSet } from '../base/part-set.js';
import { type CarryRun, carry } from '../transfer/carry.js';
import { SourceMismatch } from '../transfer/errors.js';
import type { SourceOptions } from '../transfer/options.js';
import type { TaggedPart } from '../transfer/tag-parts.js';
import type { PlaceFile } from './place.js';

/** Where a file's parts go, one after another. */
export interface PartSink {
  /** How many it has: the next one has this index. */
  readonly parts: number;
  /** Resolves when it has the part, whose memory may then serve another one. */
  append(bytes: Buffer): Promise<void>;
}

/** What is read, and how. */
export type PartsOptions = Omit<SourceOptions, 'sinkParts'> & Pick<PlaceFile, 'onMisread'>;

/** With a smaller budget, a few of the largest requests would be all that it holds. In bytes. */
const LEAST_FOR_LARGEST = 8 * LARGEST_REQUEST;

/** How often a part may differ from its hash before the download fails. */
const MOST_MISREADS = 3;

/**
 * Reads the parts of a file that a sink doesn't have yet: source → tagged parts → sink, with the byte budget as the last stage's
 * high-water mark. The bytes must be exactly those announced, and with `verifySource` what Telegram's hashes say.
 * However it ends, no timer, listener, request or byte of the budget is left.
 * @throws what the sink throws; otherwise as transferFile.
 */
export async function appendParts(options: PartsOptions, sink: PartSink): Promise<void> {
  const requestSize = options.budget.limitBytes < LEAST_FOR_LARGEST ? PART_SIZE : LARGEST_REQUEST;
  for (let misreads = 1; ; misreads += 1) {
    const done = PartSet.of(
      partCount(options.size),
      Array.from({ length: sink.parts }, (_, index) => index),
    );
    try {
      return await carry({ ...options, sinkParts: 1, requestSize }, done, (run) =>
        inOrder(options, sink, run),
      );
    } catch (error) {
      if (!(error instanceof SourceMismatch) || misreads === MOST_MISREADS) throw error;
      options.onMisread?.(error.index);
    }
  }
}

/** The third stage: one part after another, so that the stream's backpressure is the only queue. */
function inOrder(
  { budget }: PartsOptions,
  sink: PartSink,
  { lease, signal, fail, progress }: CarryRun,
): WritableStream<TaggedPart> {
  return new WritableStream<TaggedPart>(
    {
      async write({ bytes, release }) {
        signal.throwIfAborted();
        const { byteLength } = bytes;
        progress.taken(1);
        await sink.append(bytes).catch((error) => {
          throw fail(error);
        });
        release();
        lease.release(byteLength);
        progress.sent(byteLength, 0);
      },
      abort(reason) {
        fail(reason);
      },
    },
    { highWaterMark: budget.limitBytes, size: (part) => part.bytes.byteLength },
  );
}
